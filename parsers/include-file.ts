import type { ReadFile, Reading } from './reading.ts';

/** Files that include files, from the script on. */
const DEEPEST = 32;
/** Files that are read in all, each as often as it is named: a few that name each other twice would be billions. */
const MOST = 1_000;

/** The file behind an include command, ready to be read, or why it is not read. */
export function includedFile(
  reading: Reading,
  from: ReadFile,
  command: { readonly path: string; readonly relative: boolean },
):
  | { readonly file: ReadFile }
  | { readonly code: 'SQL_CLIENT_COMMAND' | 'SQL_INCLUDE_MISSING'; readonly message: string } {
  const { path, relative } = command;
  if (from.trail.length >= DEEPEST) {
    return {
      code: 'SQL_CLIENT_COMMAND',
      message: `${path} would be the ${DEEPEST + 1}th file inside another. Nest fewer.`,
    };
  }
  reading.includes += 1;
  if (reading.includes > MOST) {
    return {
      code: 'SQL_CLIENT_COMMAND',
      message: `The script reads more than ${MOST} files. ${path} and what follows is left out.`,
    };
  }
  const answer = reading.include?.(path, { relative, from: from.name });
  if (answer === undefined) {
    const where = relative ? 'beside the file that names it' : 'in the project';
    return { code: 'SQL_INCLUDE_MISSING', message: `The file ${path} is not there. It is looked for ${where}.` };
  }
  const isNamed = typeof answer === 'object';
  const place = isNamed ? answer.file : placeOf(path, relative ? from.trail.at(-1) : undefined);
  if (from.trail.includes(place)) {
    return {
      code: 'SQL_CLIENT_COMMAND',
      message: `${path} is read inside itself: ${[...from.trail, place].join(' → ')}.`,
    };
  }
  const text = isNamed ? answer.text : answer;
  return { file: { text, name: isNamed ? answer.file : path, trail: [...from.trail, place] } };
}

/** A path with `.` and `..` resolved, from the folder of the file that names it. */
function placeOf(path: string, from: string | undefined): string {
  const segments = from === undefined ? [] : from.split('/').slice(0, -1);
  for (const segment of path.split('/')) {
    if (segment === '..' && segments.length > 0 && segments.at(-1) !== '..') segments.pop();
    else if (segment !== '.' && segment !== '') segments.push(segment);
  }
  return segments.join('/');
}
