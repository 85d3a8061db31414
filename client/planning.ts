import { basename, sep } from 'node:path';
import { ProgressLocation, window, workspace } from 'vscode';
import { targetId } from '../core/index.ts';
import type { ErrorView, PlanView } from '../protocol/index.ts';
import { askMissingSecrets } from './dialogs/ask-secrets.ts';
import type { PlanRef } from './project-of.ts';
import type { SecretVault } from './secret-vault.ts';
import type { Answers } from './serve-client.ts';

/** What came of planning. The secrets that were used go with the plan to its run. */
export type Planned =
  | { readonly type: 'planned'; readonly view: PlanView; readonly secrets: Readonly<Record<string, string>> }
  | { readonly type: 'refused'; readonly error: ErrorView }
  | { readonly type: 'given-up' };

/** What planning asks. */
interface PlanningDesk {
  readonly serve: Answers;
  readonly secrets: SecretVault;
}

/** Plans a document as it stands on disk, unsaved scripts saved first. `ask`: missing secrets are asked for, else refused. */
export async function makePlan(desk: PlanningDesk, ref: PlanRef, ask: boolean): Promise<Planned> {
  await saveFilesOf(ref.project);
  const secrets = await secretsOf(desk, ref, ask);
  if ('type' in secrets) return secrets;
  return window.withProgress(
    { location: ProgressLocation.Window, title: `Planning ${basename(ref.file)}` },
    async () => {
      const { project, rollback } = ref;
      const answer = rollback
        ? await desk.serve.ask('rollback-plan', { project, run: rollback, secrets: secrets.values })
        : await desk.serve.ask('plan', { ...askedOf(ref), secrets: secrets.values });
      if (!answer.ok) return { type: 'refused', error: answer.error };
      return { type: 'planned', view: answer.reply, secrets: secrets.values };
    },
  );
}

/** The secrets behind a plan; `refused` or `given-up` where they are not there. */
export async function secretsOf(
  { serve, secrets }: PlanningDesk,
  ref: PlanRef,
  ask: boolean,
): Promise<{ readonly values: Readonly<Record<string, string>> } | Exclude<Planned, { readonly type: 'planned' }>> {
  const required = await serve.ask('required-secrets', askedOf(ref));
  // What is wrong with the document is told by planning, with all its problems.
  const names = required.ok ? required.reply.secrets : [];
  if (ask) {
    const values = await askMissingSecrets(secrets, ref.project, names);
    return values ? { values } : { type: 'given-up' };
  }
  const values = await secrets.read(ref.project, names);
  const missing = names.filter((name) => values[name] === undefined);
  if (missing.length === 0) return { values };
  const message = `Values are missing for ${missing.join(', ')}. Refresh, and you will be asked for them.`;
  return { type: 'refused', error: { code: 'SECRETS_MISSING', message, exitCode: 7 } };
}

/** A plan as `serve` is asked for it. */
export const askedOf = ({ project, file, target, groups }: PlanRef) => ({
  project,
  file,
  target: target === undefined ? undefined : targetId(target),
  groups,
});

/** What the plan is made from must be on disk. */
export async function saveFilesOf(project: string): Promise<void> {
  const unsaved = workspace.textDocuments.filter(
    ({ isDirty, uri }) =>
      isDirty &&
      uri.scheme === 'file' &&
      /\.(srdeploy|sql)$|deploy-config\.jsonc?$/.test(uri.fsPath) &&
      uri.fsPath.startsWith(project + sep),
  );
  await Promise.all(unsaved.map((document) => document.save()));
}
