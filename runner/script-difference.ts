import { structuredPatch } from 'diff';
import type { Redactor, RunId, ScriptAmendment, World } from '../core/index.ts';
import type { ScriptDifference } from '../protocol/index.ts';
import { keptScript, shownScript } from './kept-scripts.ts';
import type { RunStore } from './run-store.ts';

/** More changed lines than these are not matched up: all that was goes out, all that is comes in. */
const mostEdits = 4_000;

/** What was changed in a script, as a unified difference with three lines around; `before` is undefined where that text was not kept. */
export function scriptDifference(
  script: string,
  before: string | undefined,
  now: string,
  was: 'as planned' | 'as applied' = 'as planned',
): ScriptDifference {
  if (before === undefined) return { script, unified: undefined };
  const patch = structuredPatch(script, script, before, now, '', '', { context: 3, maxEditLength: mostEdits });
  const hunks = patch?.hunks ?? [wholeHunk(before, now)];
  const lines = hunks.flatMap(({ oldStart, oldLines, newStart, newLines, lines }) => [
    `@@ -${oldStart},${oldLines} +${newStart},${newLines} @@`,
    ...lines,
  ]);
  const text = lines.map((line) => `${line}\n`).join('');
  return { script, unified: `--- ${script}\t${was}\n+++ ${script}\tnow\n${text}` };
}

/** The differences of all amended scripts, in the order of the amendments. Secrets are masked on both sides. */
export async function scriptDifferences(
  amendments: readonly ScriptAmendment[],
  options: {
    readonly run: RunId;
    readonly store: Pick<RunStore, 'folder'>;
    readonly world: Pick<World, 'files'>;
    readonly redactor: Redactor;
  },
): Promise<readonly ScriptDifference[]> {
  const differences: ScriptDifference[] = [];
  for (const { script, before } of amendments) {
    const read = await options.world.files.readText(script);
    const now = read.type === 'found' ? shownScript(read.text, options.redactor) : '';
    differences.push(scriptDifference(script, await keptScript(options.store.folder(options.run), before), now));
  }
  return differences;
}

function wholeHunk(before: string, now: string) {
  const [old, fresh] = [linesOf(before), linesOf(now)];
  return {
    oldStart: 1,
    oldLines: old.length,
    newStart: 1,
    newLines: fresh.length,
    lines: [...old.map((line) => `-${line}`), ...fresh.map((line) => `+${line}`)],
  };
}

const linesOf = (text: string): string[] => text.replace(/\n$/, '').split('\n');
