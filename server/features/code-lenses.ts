import type { CodeLens } from 'vscode-languageserver/node';
import { type JsonNode, propertiesOf, propertyOf, rangeOf } from '../../core/index.ts';
import type { LensCommands, LensPlace } from '../../protocol/index.ts';
import { toLspRange } from '../convert.ts';
import type { OpenDocument } from '../open-document.ts';

const titles: Readonly<Record<keyof LensCommands, string>> = {
  plan: 'Plan',
  run: 'Run Deployment',
  dryRun: 'Dry Run',
  migrationStatus: 'Migration Status',
};
const ofDocument = ['plan', 'run', 'dryRun'] as const;
const ofTarget = [...ofDocument, 'migrationStatus'] as const;

/** What can be done with a document, above its steps or groups; of a config also above each of its targets. None where the editor has no commands. */
export function codeLensesOf(document: OpenDocument, commands: LensCommands | undefined): CodeLens[] {
  const { root } = document.source;
  if (root?.type !== 'object' || !document.project || !commands) return [];
  const lensesAt = (node: JsonNode, target: string | undefined): CodeLens[] => {
    const { start } = toLspRange(rangeOf(document.source, node));
    const place: LensPlace = { uri: document.uri, ...(target !== undefined && { target }) };
    return (target === undefined ? ofDocument : ofTarget).map((name) => ({
      range: { start, end: start },
      command: { title: titles[name], command: commands[name], arguments: [place] },
    }));
  };
  if (document.kind === 'plan') return lensesAt(propertyOf(root, 'steps')?.key ?? root, undefined);
  const groups = propertyOf(root, 'groups')?.key;
  if (!groups && !propertyOf(root, 'databases')) return [];
  const targets = propertiesOf(propertyOf(root, 'targets')?.value);
  return [...lensesAt(groups ?? root, undefined), ...targets.flatMap(({ key }) => lensesAt(key, String(key.value)))];
}
