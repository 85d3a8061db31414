import { html, nothing, type TemplateResult } from 'lit';
import type { Need, PlanView } from '../../protocol/index.ts';
import { plainIcon } from '../panel/status-icon.ts';

/** What a person must give before the plan may run, and whether the target answers: the answer to "why can't I run it?". */
export function needList(view: PlanView, blocked: string | undefined): TemplateResult | typeof nothing {
  const gates = [
    ...(blocked === undefined ? [] : [gate('lock', 'tone-attention', blocked)]),
    ...(view.reached.type === 'no'
      ? [gate('debug-disconnect', 'tone-bad', `The target did not answer: ${view.reached.message}`)]
      : []),
    ...(view.databases ?? []).flatMap(({ name, reached }) =>
      reached.type === 'no'
        ? [gate('debug-disconnect', 'tone-bad', `The database ${name} did not answer: ${reached.message}`)]
        : [],
    ),
    ...view.needs.map(needRow),
  ];
  if (gates.length === 0) return nothing;
  return html`
    <section class="group">
      <h2>Before it can run</h2>
      <ul class="rows">
        ${gates}
      </ul>
    </section>
  `;
}

function needRow(need: Need): TemplateResult {
  switch (need.type) {
    case 'approval':
      return gate('verified', 'tone-attention', approvalText(need));
    case 'confirm-target':
      return gate('shield', 'tone-attention', `Production: you will be asked to type “${need.text}”.`);
    case 'confirm-danger':
      return gate(
        'warning',
        'tone-bad',
        `${need.file} can do harm (${need.codes.join(', ')}). You will be asked to type “${need.text}”.`,
      );
    case 'confirm-amendment':
      return gate(
        'diff-modified',
        'tone-attention',
        `Scripts that changed: ${need.amendments.map(({ script }) => script).join(', ')}. You will be asked to confirm them.`,
      );
    case 'confirm-history':
      return gate(
        'history',
        'tone-attention',
        'The target’s history is changed by hand: you will be asked to confirm it.',
      );
    case 'confirm-rollback':
      return gate('discard', 'tone-attention', `You will be asked to confirm that run ${need.of} is taken back.`);
    case 'confirm-skip-irreversible':
      return gate(
        'debug-step-over',
        'tone-bad',
        `${need.operations.length === 1 ? 'One step has' : `${need.operations.length} steps have`} no way back and ${need.operations.length === 1 ? 'stays as it is' : 'stay as they are'}: ${need.operations.map(({ name }) => `“${name}”`).join(', ')}. You will be asked to confirm that by name.`,
      );
    default:
      return gate('question', 'tone-attention', `Something else is needed: ${(need as { type: string }).type}.`);
  }
}

function approvalText({ have, needed, selfApproval }: Extract<Need, { type: 'approval' }>): string {
  const count = `It needs ${needed} ${needed === 1 ? 'approval' : 'approvals'} and has ${have}.`;
  return selfApproval ? `${count} You may approve it yourself.` : `${count} Somebody else must approve it.`;
}

const gate = (icon: string, tone: string, text: string): TemplateResult => html`
  <li class="row">
    <span class=${tone}>${plainIcon(icon)}</span>
    <span class="row-words">${text}</span>
  </li>
`;
