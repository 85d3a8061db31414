import { describe, expect, it } from 'vitest';
import { csvLine } from '../../../core/index.ts';

describe('a line of CSV', () => {
  it('quotes what RFC 4180 wants quoted, and ends with CR LF', () => {
    expect(csvLine(['plain', 'a,b', 'say "x"', 'two\nlines', '', undefined, 3, true])).toBe(
      'plain,"a,b","say ""x""","two\nlines",,,3,true\r\n',
    );
  });

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\tx', '\rx'])('lets no spreadsheet take %j for a formula', (text) => {
    expect(csvLine([text]).replace(/^"/, '')).toMatch(/^'/);
  });

  it('leaves numbers alone', () => {
    expect(csvLine([-1, 0.5])).toBe('-1,0.5\r\n');
  });
});
