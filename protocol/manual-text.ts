/** What is said of a database whose migrations people run. `pending` undefined: it did not answer. */
export function manualText({
  pending,
  command,
}: {
  readonly pending?: number | undefined;
  readonly command: string;
}): string {
  if (pending === 0) return 'All of its migrations are applied.';
  const open = pending === undefined ? 'How many migrations are pending is unknown' : `${pending} pending`;
  return `${open}. Run them with: ${command}`;
}
