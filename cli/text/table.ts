import { safeLine } from './safe-text.ts';

/** Columns padded to their widest cell, two spaces apart, without trailing space. Cells are plain text from anywhere. */
export function table(cells: readonly (readonly string[])[]): string[] {
  const rows = cells.map((row) => row.map(safeLine));
  const widths = rows.reduce<number[]>((widest, row) => {
    row.forEach((cell, i) => {
      widest[i] = Math.max(widest[i] ?? 0, [...cell].length);
    });
    return widest;
  }, []);
  return rows.map((row) =>
    row
      .map((cell, i) => cell + ' '.repeat((widths[i] ?? 0) - [...cell].length))
      .join('  ')
      .trimEnd(),
  );
}
