import { join } from 'node:path';
import { commands, Position, Range, Uri } from 'vscode';
import type { Desk } from '../desk.ts';
import { targetFor } from './pick-target.ts';
import { refuses } from './refuse.ts';

/** Shows what the deploy config says of a target. */
export async function openTarget(desk: Desk, argument: unknown): Promise<void> {
  if (await refuses()) return;
  const node = await targetFor(desk, argument, 'Open in Deploy Config');
  if (!node) return;
  const at = new Position(node.said.line - 1, node.said.column - 1);
  const uri = Uri.file(join(node.project, node.file));
  await commands.executeCommand('vscode.open', uri, { selection: new Range(at, at) });
}
