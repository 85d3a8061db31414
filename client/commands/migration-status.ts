import { ProgressLocation, window } from 'vscode';
import type { Desk } from '../desk.ts';
import { askedOf, saveFilesOf, secretsOf } from '../planning.ts';
import { planFor } from './pick.ts';
import { refuses } from './refuse.ts';
import { tellError } from './tell-error.ts';

/** Reads from a target how each migration stands, and shows it as a document. */
export async function migrationStatus(desk: Desk, argument: unknown): Promise<void> {
  if (await refuses()) return;
  const title = 'Migration Status';
  const ref = await planFor(desk, argument, title);
  if (!ref) return;
  await saveFilesOf(ref.project);
  const secrets = await secretsOf(desk, ref, true);
  if ('type' in secrets) return; // The person gave up.
  const asked = askedOf(ref);
  const answer = await window.withProgress(
    { location: ProgressLocation.Window, title: `Reading the migrations of ${ref.target ?? ref.file}` },
    async () => desk.serve.ask('migration-status', { ...asked, secrets: secrets.values }),
  );
  if (!answer.ok) {
    await tellError(desk, `${title} of ${ref.file}`, answer.error);
    return;
  }
  const at = new Date().toISOString();
  const { target, migrations, unreached } = answer.reply;
  const count = migrations.filter(({ state }) => state === 'pending').length;
  const pending = unreached === undefined ? { at, count, file: ref.file } : undefined;
  await desk.targetStates.setPending({ project: ref.project, target }, pending);
  await desk.statusDocuments.show(ref, answer.reply, at);
}
