import { window } from 'vscode';
import type { ErrorView } from '../../protocol/index.ts';
import type { Desk } from '../desk.ts';

/** Says that something was not done and why; all its problems are in the log. */
export async function tellError({ log }: Pick<Desk, 'log'>, what: string, error: ErrorView): Promise<void> {
  const problems = (error.problems ?? []).map(({ code, message }) => `${code}: ${message}`);
  log.error([`${what}: ${error.code}: ${error.message}`, ...problems].join('\n'));
  const details = 'Show Details';
  const first = error.problems?.[0]?.message;
  const why = first === undefined || first === error.message ? error.message : `${error.message} ${first}`;
  const answer = await window.showErrorMessage(`${what}: ${why}`, ...(problems.length > 1 ? [details] : []));
  if (answer === details) log.show();
}
