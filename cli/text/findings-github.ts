import type { FindingView } from '../../protocol/index.ts';
import { safeText } from './safe-text.ts';

const commands = { error: 'error', warning: 'warning', information: 'notice', hint: 'notice' } as const;

/** Findings as commands to the workflow of GitHub Actions, which shows each beside its line of the change. Source: GitHub, "Workflow commands". */
export const findingsGithub = (findings: readonly FindingView[]): readonly string[] => findings.map(commandOf);

function commandOf({ code, severity, message, file, range }: FindingView): string {
  const properties = Object.entries({ file, line: range?.start.line, col: range?.start.column, title: code })
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${escapedProperty(String(value))}`);
  return `::${commands[severity]} ${properties.join(',')}::${escapedData(safeText(message))}`;
}

const escapedData = (text: string): string =>
  text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');

const escapedProperty = (text: string): string => escapedData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
