import { isAbsolute, relative, resolve, sep } from 'node:path';
import type { FindingView } from '../../protocol/index.ts';
import type { ValidatedFile } from '../../runner/index.ts';

/** What was found in a file, and the absolute folder that the paths of its findings begin in. */
export interface JudgedFile extends ValidatedFile {
  readonly root: string;
}

/** Findings with paths as machines want them: relative to a folder, with `/`; below no such folder, relative to the project. */
export const placedFindings = (judged: readonly JudgedFile[], base: string): readonly FindingView[] =>
  judged.flatMap(({ file: own, findings, root }) =>
    findings.map((finding) => ({ ...finding, file: pathFrom(base, root, finding.file ?? own) })),
  );

function pathFrom(base: string, root: string, file: string): string {
  const path = relative(base, resolve(root, file));
  const isBelow = path !== '..' && !path.startsWith(`..${sep}`) && !isAbsolute(path);
  return (isBelow ? path : file).split(sep).join('/');
}
