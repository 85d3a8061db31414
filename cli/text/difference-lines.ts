import type { ScriptDifference } from '../../protocol/index.ts';
import type { Ink, Paint } from './paint.ts';
import { safeLine, safeText } from './safe-text.ts';

/** Lines of one script's difference that are shown; the rest is counted. */
const mostLines = 200;

/** What was mended in scripts, for people: red goes, green comes, each with its sign. */
export const differenceLines = (differences: readonly ScriptDifference[], paint: Paint): readonly string[] =>
  differences.flatMap(({ script, unified }) => linesOf(script, unified, paint));

function linesOf(script: string, unified: string | undefined, paint: Paint): readonly string[] {
  if (unified === undefined)
    return [`${safeLine(script)} differs from the plan of the run; the text that was planned was not kept.`];
  const [from = '', to = '', ...lines] = unified.trimEnd().split('\n');
  const shown = lines.slice(0, mostLines);
  const rest = lines.length - shown.length;
  return [
    ...[from, to].map((line) => paint('strong', safeText(line))),
    ...shown.map((line) => painted(safeText(line), paint)),
    ...(lines.length === 0 ? [paint('quiet', 'The difference lies in text that is masked.')] : []),
    ...(rest > 0 ? [paint('quiet', `… and ${rest} more lines of difference in ${safeLine(script)}.`)] : []),
  ];
}

const inks: Readonly<Record<string, Ink>> = { '+': 'good', '-': 'bad', '@': 'quiet', '\\': 'quiet' };

function painted(line: string, paint: Paint): string {
  const ink = inks[line.charAt(0)];
  return ink ? paint(ink, line) : line;
}
