/** What the result of a check's query must be. `equals` and `matches` look at the first column of the only row. Spec: rulings, "Checks", "Format versions". */
export type Expectation =
  | 'non_empty'
  | 'empty'
  | { readonly equals: string | number | boolean | null }
  | { readonly rows: { readonly min?: number; readonly max?: number } }
  /** A regular expression, found anywhere in the text. */
  | { readonly matches: string };

/** For people: "at least one row", "3 rows or more", "the value 0". */
export function expectationText(expect: Expectation): string {
  if (expect === 'non_empty') return 'at least one row';
  if (expect === 'empty') return 'no row';
  if ('equals' in expect) return `the value ${JSON.stringify(expect.equals)}`;
  if ('matches' in expect) return `a value that matches ${expect.matches}`;
  const { min, max } = expect.rows;
  if (min === max) return counted(min ?? 0);
  if (max === undefined) return `at least ${counted(min ?? 0)}`;
  return min === undefined ? `at most ${counted(max)}` : `${min} to ${counted(max)}`;
}

const counted = (rows: number): string => `${rows} row${rows === 1 ? '' : 's'}`;
