import { basename } from 'node:path';
import { window } from 'vscode';
import type { Need, ScriptAmendment } from '../../core/index.ts';
import type { Consent } from '../../protocol/index.ts';

/** Consent that gives nothing: right for a plan that needs nothing. Missing approvals are waited for. */
export const noConsent: Consent = {
  confirmations: [],
  yes: false,
  approve: undefined,
  autoContinue: false,
  approvals: 'wait',
};

/** Shows what was mended in scripts; the dialog that offers it is closed without an answer. */
export type ShowDifferences = (amendments: readonly ScriptAmendment[]) => Promise<void>;

/** Asks for what is needed, one dialog a need, adding to what was given before. Undefined: the person gave up. */
export async function answerNeeds(
  needs: readonly Need[],
  given: Consent,
  what: string,
  showDifferences?: ShowDifferences,
): Promise<Consent | undefined> {
  let consent: Consent = given;
  for (const need of needs) {
    const answer = await answerNeed(need, what, consent.approvals === 'wait', showDifferences);
    if (!answer) return undefined;
    consent = {
      ...consent,
      ...answer,
      confirmations: [...consent.confirmations, ...(answer.confirmations ?? [])],
    };
  }
  return consent;
}

async function answerNeed(
  need: Need,
  what: string,
  mayWait: boolean,
  showDifferences: ShowDifferences | undefined,
): Promise<Partial<Consent> | undefined> {
  switch (need.type) {
    case 'confirm-target':
      return confirmTarget(need.text, what);
    case 'confirm-danger':
      return confirmDanger(need, what);
    case 'confirm-amendment':
      return confirmAmendment(need, showDifferences);
    case 'confirm-history':
      return confirmHistory(need);
    case 'confirm-rollback':
      return confirmRollback(need);
    case 'confirm-skip-irreversible':
      return confirmIrreversible(need);
    case 'approval':
      return askApproval(need, mayWait);
    default: {
      const { type } = need as { readonly type: string };
      await window.showErrorMessage(`${what} needs “${type}”, which this version cannot ask for. Nothing was started.`);
      return undefined;
    }
  }
}

async function confirmTarget(text: string, what: string): Promise<Partial<Consent> | undefined> {
  const typed = await window.showInputBox({
    title: `PRODUCTION: ${what}`,
    prompt: `This changes production. Type “${text}” to go on.`,
    placeHolder: text,
    ignoreFocusOut: true,
    validateInput: (value) =>
      value === '' || value === text ? undefined : `Type exactly “${text}”, or press Escape to change nothing.`,
  });
  return typed === text ? { confirmations: [typed] } : undefined;
}

async function confirmHistory({
  target,
  files,
}: Extract<Need, { readonly type: 'confirm-history' }>): Promise<Partial<Consent> | undefined> {
  const change = 'Change the History';
  const detail = `${files.join('\n')}\n\nWhat the target has recorded of these files is changed by hand. None of them is run.`;
  const answer = await window.showWarningMessage(`Change the history of ${target}?`, { modal: true, detail }, change);
  return answer === change ? { yes: true } : undefined;
}

async function confirmRollback({
  target,
  files,
}: Extract<Need, { readonly type: 'confirm-rollback' }>): Promise<Partial<Consent> | undefined> {
  const back = 'Roll Back';
  const detail = `${files.join('\n')}\n\nTheir rollback scripts are run in this order, in a run of its own.`;
  const answer = await window.showWarningMessage(`Roll back on ${target}?`, { modal: true, detail }, back);
  return answer === back ? { yes: true } : undefined;
}

async function confirmIrreversible({
  operations,
}: Extract<Need, { readonly type: 'confirm-skip-irreversible' }>): Promise<Partial<Consent> | undefined> {
  const skip = operations.length === 1 ? 'Skip Irreversible Step' : 'Skip Irreversible Steps';
  const detail = `${operations.map(({ name, message }) => `${name}: ${message}.`).join('\n\n')}\n\nWhat is skipped stays as it is in the target.`;
  const answer = await window.showWarningMessage(
    operations.length === 1
      ? 'A step has no way back. Skip it?'
      : `${operations.length} steps have no way back. Skip them?`,
    { modal: true, detail },
    skip,
  );
  return answer === skip ? { skipIrreversible: operations.map(({ operation }) => operation) } : undefined;
}

async function confirmDanger(
  { file, codes, messages, text }: Extract<Need, { readonly type: 'confirm-danger' }>,
  what: string,
): Promise<Partial<Consent> | undefined> {
  const typed = await window.showInputBox({
    title: `PRODUCTION: ${what}: ${basename(file)} can do harm (${codes.join(', ')})`,
    prompt: `${messages.join(' ')} Type “${text}” to go on.`,
    placeHolder: text,
    ignoreFocusOut: true,
    validateInput: (value) =>
      value === '' || value === text ? undefined : `Type exactly “${text}”, or press Escape to change nothing.`,
  });
  return typed === text ? { confirmations: [typed] } : undefined;
}

async function confirmAmendment(
  { amendments }: Extract<Need, { readonly type: 'confirm-amendment' }>,
  showDifferences: ShowDifferences | undefined,
): Promise<Partial<Consent> | undefined> {
  const many = amendments.length > 1;
  const resume = 'Resume';
  const difference = 'Show Difference';
  const answer = await window.showWarningMessage(
    `Resume with the amended ${many ? 'scripts' : 'script'}?`,
    {
      modal: true,
      detail: `${amendments.map(({ script }) => script).join('\n')}\n\n${many ? 'These files have' : 'This file has'} changed since the run was planned. The change is recorded with the run.`,
    },
    resume,
    ...(showDifferences ? [difference] : []),
  );
  if (answer === difference) await showDifferences?.(amendments);
  return answer === resume ? { yes: true, seen: amendments.map(({ after }) => after) } : undefined;
}

async function askApproval(
  { have, needed, selfApproval }: Extract<Need, { readonly type: 'approval' }>,
  mayWait: boolean,
): Promise<Partial<Consent> | undefined> {
  const approve = 'Approve and Start';
  const wait = 'Start and Wait';
  const answer = await window.showInformationMessage(
    `This plan needs ${needed} ${needed === 1 ? 'approval' : 'approvals'} and has ${have}.`,
    {
      modal: true,
      detail: approvalDetail(selfApproval, mayWait),
    },
    ...(selfApproval ? [approve] : []),
    ...(mayWait ? [wait] : []),
  );
  if (answer === wait) return { approvals: 'wait' };
  if (answer !== approve) return undefined;
  const comment = await askComment();
  return comment === undefined ? undefined : { approve: comment };
}

function approvalDetail(selfApproval: boolean, mayWait: boolean): string {
  const own = selfApproval ? 'You may approve it yourself, with a comment.' : 'Somebody else must approve it.';
  const others = mayWait
    ? 'The run can also be started and will wait for others; a waiting run holds no lock.'
    : 'Others approve it with “srdeploy approve” and the plan’s file; resume once they have.';
  return `${own} ${others}`;
}

/** The comment of an approval; may be empty. Undefined: the person gave up. */
export const askComment = (): Thenable<string | undefined> =>
  window.showInputBox({
    title: 'Approve',
    prompt: 'The comment is kept with your approval.',
    placeHolder: 'Why it may run (optional)',
    ignoreFocusOut: true,
  });
