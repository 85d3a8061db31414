import type { AnyShape } from './compile-plan.ts';

/** What a plan is made from, as it is named on the command line. */
export const sourceWords = ({
  file,
  shape,
}: {
  readonly file: string;
  readonly shape?: AnyShape | undefined;
}): string => (shape?.database === undefined ? file : `--database ${shape.database}`);
