/** More lines than these on a side are not matched up one by one: what was goes out, what is comes in. */
const mostLines = 1_000;
const context = 2;

/**
 * What changed from one text to another, line by line: `-` was, `+` is, two unchanged lines around a change, `…` where lines are left
 * out. Empty where nothing changed but line ends.
 */
export function lineDifference(before: string, after: string): readonly string[] {
  const [old, now] = [linesOf(before), linesOf(after)];
  let head = 0;
  while (head < old.length && head < now.length && old[head] === now[head]) head += 1;
  let tail = 0;
  const rest = Math.min(old.length, now.length) - head;
  while (tail < rest && old[old.length - 1 - tail] === now[now.length - 1 - tail]) tail += 1;
  if (head === old.length && head === now.length) return [];
  const middle = changes(old.slice(head, old.length - tail), now.slice(head, now.length - tail));
  const lead = old.slice(Math.max(0, head - context), head).map((line) => ` ${line}`);
  const trail = old.slice(old.length - tail, old.length - tail + context).map((line) => ` ${line}`);
  return [
    ...(head > context ? ['…'] : []),
    ...lead,
    ...withoutLongRuns(middle),
    ...trail,
    ...(tail > context ? ['…'] : []),
  ];
}

const linesOf = (text: string): string[] => text.replaceAll('\r\n', '\n').replace(/\n$/, '').split('\n');

/** The longest common subsequence of lines stays; the rest goes out or comes in. */
function changes(old: readonly string[], now: readonly string[]): string[] {
  if (old.length > mostLines || now.length > mostLines)
    return [...old.map((line) => `-${line}`), ...now.map((line) => `+${line}`)];
  const width = now.length + 1;
  const common = new Uint16Array((old.length + 1) * width);
  const at = (i: number, j: number): number => common[i * width + j] ?? 0;
  for (let i = old.length - 1; i >= 0; i--) {
    for (let j = now.length - 1; j >= 0; j--)
      common[i * width + j] = old[i] === now[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  }
  const lines: string[] = [];
  for (let i = 0, j = 0; i < old.length || j < now.length; ) {
    if (i < old.length && j < now.length && old[i] === now[j]) {
      lines.push(` ${old[i]}`);
      i += 1;
      j += 1;
    } else if (j >= now.length || (i < old.length && at(i + 1, j) >= at(i, j + 1))) {
      lines.push(`-${old[i]}`);
      i += 1;
    } else {
      lines.push(`+${now[j]}`);
      j += 1;
    }
  }
  return lines;
}

function withoutLongRuns(lines: readonly string[]): string[] {
  const isNear = (i: number) =>
    lines.slice(Math.max(0, i - context), i + context + 1).some((line) => !line.startsWith(' '));
  return lines.flatMap((line, i) => (isNear(i) ? [line] : isNear(i - 1) ? ['…'] : []));
}
