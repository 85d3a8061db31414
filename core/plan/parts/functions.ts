import type { FoundFunctions } from '../../model/found-parts.ts';

/** Supabase functions: `supabase/functions/<name>/index.ts`, where the name does not begin with `_`. Spec: rulings, "Commands and placeholders". */
export function functionsIn(files: readonly string[]): readonly FoundFunctions[] {
  const byFolder = new Map<string, string[]>();
  for (const path of files) {
    const [, folder, name] = /^(?:(.*)\/)?supabase\/functions\/([^/_.][^/]*)\/index\.ts$/s.exec(path) ?? [];
    if (name === undefined) continue;
    byFolder.set(folder ?? '', [...(byFolder.get(folder ?? '') ?? []), name]);
  }
  return [...byFolder].map(([folder, names]) => ({ folder, names }));
}
