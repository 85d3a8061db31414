import { window } from 'vscode';
import { targetId } from '../../core/index.ts';
import type { Desk } from '../desk.ts';
import { changeTargetOf } from './change-target.ts';
import { targetFor } from './pick-target.ts';
import { refuses } from './refuse.ts';

/** Takes a target out of the deploy config, once the person has confirmed it. */
export async function removeTarget(desk: Desk, argument: unknown): Promise<void> {
  if (await refuses()) return;
  const node = await targetFor(desk, argument, 'Remove Target');
  if (!node) return;
  const remove = 'Remove Target';
  const answer = await window.showWarningMessage(
    `Remove the ${node.said.production ? 'PRODUCTION ' : ''}target ${node.target} from ${node.file}?`,
    { modal: true, detail: 'Its runs and its history stay, and nothing of it is deleted where it is deployed to.' },
    remove,
  );
  if (answer === remove) await changeTargetOf(desk, node.project, { type: 'remove', id: targetId(node.target) });
}
