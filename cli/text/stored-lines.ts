import type { StoredView } from '../../runner/index.ts';
import { type Cli, printLines } from '../context.ts';
import { findingText } from './finding-text.ts';
import { paintFor } from './paint.ts';

/** What was stored, as `--json` prints it: names, never values. */
export const storedJson = ({ target, variables, secrets, encrypted, newKey, warnings }: StoredView): object => ({
  target,
  variables,
  secrets,
  encrypted,
  ...(newKey !== undefined && { newKey }),
  warnings,
});

/** The same for people; beside JSON only what they should read, on standard error. */
export function printStored(cli: Cli, view: StoredView, isJson: boolean): void {
  const { target, variables, secrets, encrypted, newKey } = view;
  if (!isJson) {
    printLines(cli, [
      ...(variables.length > 0 ? [`Stored for ${target}: ${variables.join(', ')}`] : []),
      ...(secrets.length > 0 ? [`Stored for ${target}, encrypted: ${secrets.join(', ')}`] : []),
      ...encrypted.map(
        (name) => `${name} stood in clear text until now. Take a new value where somebody may have read it.`,
      ),
    ]);
  }
  const paint = paintFor(cli.err, cli.env);
  for (const warning of view.warnings) cli.err.write(`${findingText(warning, paint)}\n`);
  if (newKey === undefined) return;
  cli.err.write(
    `Made a key for the secrets of this project: ${newKey}\nKeep a copy of it in a safe place: without it nobody can read them.\n`,
  );
}
