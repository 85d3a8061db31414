/**
 * The version that a migration file's name begins with: `V0002__add_orders.sql` → `0002`, `V1.2__x.sql` → `1.2`,
 * `20260205120000_x.sql` → `20260205120000`; the whole name without `.sql` where it begins with no number. Spec: rulings, "Migration history".
 */
export function migrationVersion(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const number = /^[VvRrUu]?(\d+(?:[._]\d+)*)(?=__|[-_.]|$)/.exec(name)?.[1];
  return number?.replaceAll('_', '.') ?? name.replace(/\.sql$/i, '');
}
