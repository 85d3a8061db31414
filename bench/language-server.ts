import { join } from 'node:path';
import type { BenchResult, Figure } from './figure.ts';
import { burst } from './language-server/burst.ts';
import { checkTime } from './language-server/check-time.ts';
import { coldIndex } from './language-server/cold-index.ts';
import { completionTime } from './language-server/completion-time.ts';
import { findJsonServer } from './language-server/contestants.ts';
import { editToDiagnostics } from './language-server/edit-to-diagnostics.ts';
import { withWorkspace } from './language-server/make-workspace.ts';
import { memory } from './language-server/memory.ts';
import { mutationScore } from './language-server/mutation-score.ts';
import { premature } from './language-server/premature.ts';
import { recall } from './language-server/recall.ts';
import { robustness } from './language-server/robustness.ts';
import { scriptChanges } from './language-server/script-changes.ts';
import { startTime } from './language-server/start-time.ts';

/**
 * The language server as an editor meets it, over stdio, in turns with VS Code's own JSON server on the same plans; and in one process
 * with the library that is inside it. Each figure is named with its gate. Needs `npm run build` before.
 */
export async function bench(): Promise<BenchResult> {
  const peer = await findJsonServer();
  const pulled = peer?.pulled;
  const driven = await withWorkspace(
    async (workspace): Promise<readonly (readonly Figure[])[]> => [
      await editToDiagnostics(workspace, peer),
      await completionTime(workspace, pulled),
      await startTime(workspace.folder, pulled),
      await memory(workspace, pulled),
      await coldIndex(workspace),
      await scriptChanges(workspace),
      await burst(workspace, pulled),
    ],
  );
  const figures = [
    await checkTime(),
    ...driven,
    await recall(),
    await premature(),
    await robustness(pulled && join(pulled.bundle, '../../../../..')),
    await mutationScore(),
  ];
  return { name: 'language-server', figures: figures.flat() };
}
