import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dotenvValue, readDotenv } from '../../../core/index.ts';

const read = (text: string) => readDotenv('.env', text);
const valuesOf = (text: string) => {
  const { values, problems } = read(text);
  expect(problems).toEqual([]);
  return Object.fromEntries(values);
};
const told = (text: string) => read(text).problems.map(({ message, range }) => [range?.start.line, message] as const);

describe('a dotenv file', () => {
  it.each<[string, string, Record<string, string>]>([
    ['a bare value', 'A=b', { A: 'b' }],
    ['blanks around name and value', '  A = b c \t', { A: 'b c' }],
    ['export', 'export A=1\nexport\tB=2', { A: '1', B: '2' }],
    ['a name that begins with "export"', 'exported=1', { exported: '1' }],
    ['comments and blank lines', '# A=0\n\n   # more\nA=1 # why\n', { A: '1' }],
    ['a # without a blank before it', 'A=a#b\nB=#c', { A: 'a#b', B: '#c' }],
    ['an empty value, also before a comment', 'A=\nB= # none\nC=""\nD=\'\'', { A: '', B: '', C: '', D: '' }],
    ['= and quotes inside of a bare value', `A=x=y\nB=it's "so"`, { A: 'x=y', B: `it's "so"` }],
    ['single quotes, which escape nothing', String.raw`A='a\n"$b" # c'`, { A: String.raw`a\n"$b" # c` }],
    ['double quotes and their escapes', 'A="a\\n\\t\\"\\\\\\$\\r\\`"', { A: 'a\n\t"\\$\r`' }],
    ['a backslash that escapes nothing', String.raw`A="C:\dir\x"`, { A: String.raw`C:\dir\x` }],
    ['a comment behind quotes', 'A="b" # c\nB=\'d\'#e', { A: 'b', B: 'd' }],
    [
      'several lines in quotes',
      'A="one\ntwo # three\n"\nB=\'four\n\nfive\'\nC=6',
      { A: 'one\ntwo # three\n', B: 'four\n\nfive', C: '6' },
    ],
    ['CRLF, also inside of quotes', 'A=1\r\nB="one\r\ntwo"\r\n', { A: '1', B: 'one\ntwo' }],
    ['a byte order mark', '\uFEFFA=1', { A: '1' }],
    ['the last of several values', 'A=1\nA=2', { A: '2' }],
    ['dollars, which expand nothing', 'A=$HOME ${B} $(date)', { A: '$HOME ${B} $(date)' }],
    ['names of an object', '__proto__=1\nconstructor=2', JSON.parse('{"__proto__":"1","constructor":"2"}')],
  ])('has %s', (_what, text, values) => {
    expect(valuesOf(text)).toEqual(values);
  });

  it('tells every bad line with its number, and nothing of what stands there', () => {
    const text = [
      'hunter2',
      'A=1',
      '1B=hunter2',
      'C="hunter2" x',
      'D: hunter2',
      'export E',
      '=hunter2',
      'F="hunter2',
    ].join('\r\n');
    const problems = told(text);
    expect(problems.map(([line]) => line)).toEqual([1, 3, 4, 5, 6, 7, 8]);
    expect(problems[2]?.[1]).toContain('goes on behind the closing quote of C');
    expect(problems[6]?.[1]).toContain('a quote that is never closed, behind F=');
    expect(JSON.stringify(problems)).not.toContain('hunter2');
    expect(read(text).problems.every(({ code, file }) => code === 'DOTENV_SYNTAX' && file === '.env')).toBe(true);
  });

  it('refuses a value with a NUL character, and one that is too long for an environment', () => {
    expect(told(`A=a\0b\nB=${'x'.repeat(100_001)}\nC=${'x'.repeat(100_000)}`).map(([line]) => line)).toEqual([1, 2]);
  });
});

describe('a value as it is written into a dotenv file', () => {
  const awkward = fc.constantFrom(...'"\'\\\n\r\t$`#= né\u2028', '😀');
  const value = fc.oneof(
    fc.string(),
    fc.array(awkward, { maxLength: 12 }).map((all) => all.join('')),
  );

  it('is read back as it was, whatever it holds and whatever follows', () => {
    fc.assert(
      fc.property(value, value, (a, b) => {
        const text = `A=${dotenvValue(a)}\nexport B=${dotenvValue(b)} # comment\nC=end\n`;
        expect(valuesOf(text)).toEqual({ A: a, B: b, C: 'end' });
      }),
      { numRuns: 500 },
    );
  });

  it('stays on one line, so that a table can show it', () => {
    fc.assert(fc.property(value, (text) => !/[\n\r]/.test(dotenvValue(text))));
    expect(dotenvValue('postgresql://host:5432/shop')).toBe('postgresql://host:5432/shop');
    expect(dotenvValue('two words')).toBe('"two words"');
  });
});
