import { window } from 'vscode';
import { targetId } from '../../core/index.ts';
import type { Desk } from '../desk.ts';
import { askMissingSecrets } from '../dialogs/ask-secrets.ts';
import { viewIds } from '../names.ts';
import { saveFilesOf } from '../planning.ts';
import { testText } from '../views/target-row.ts';
import type { TargetNode } from '../views/targets-tree.ts';
import { targetFor } from './pick-target.ts';
import { refuses } from './refuse.ts';
import { tellError } from './tell-error.ts';

const TITLE = 'Test Connection';
/** How long each way may take; that of the command line. */
const TIMEOUT_MS = 15_000;

/** Tries every way that leads to a target, as `srdeploy target test` does, and says what came of it. */
export async function testTarget(desk: Desk, argument: unknown): Promise<void> {
  if (await refuses()) return;
  const node = await targetFor(desk, argument, TITLE);
  if (!node) return;
  await saveFilesOf(node.project);
  const asked = { project: node.project, target: targetId(node.target) };
  const required = await desk.serve.ask('target-secrets', asked);
  const secrets = await askMissingSecrets(desk.secrets, node.project, required.ok ? required.reply.secrets : []);
  if (secrets) await window.withProgress({ location: { viewId: viewIds.targets } }, () => test(desk, node, secrets));
}

async function test(desk: Desk, node: TargetNode, secrets: Readonly<Record<string, string>>): Promise<void> {
  const { project, said } = node;
  desk.targetStates.begin(node);
  const request = { project, target: targetId(node.target), timeoutMs: TIMEOUT_MS, secrets };
  const answer = await desk.serve.ask('target-test', request);
  const at = new Date().toISOString();
  if (!answer.ok) {
    const { error } = answer;
    await desk.targetStates.end(node, said, {
      type: 'refused',
      at,
      message: error.problems?.[0]?.message ?? error.message,
    });
    // Waiting for somebody to close the message would leave the progress on.
    void tellError(desk, `${TITLE} of ${node.target}`, error);
    return;
  }
  const { probes } = answer.reply;
  await desk.targetStates.end(node, said, { type: 'tested', at, probes });
  const isReached = probes.every(({ outcome }) => outcome === 'reached');
  const text = testText(said, probes);
  void (isReached ? window.showInformationMessage(text) : window.showWarningMessage(text));
}
