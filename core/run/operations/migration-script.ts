import type { MigrationAction } from '../../model/migration.ts';
import type { MigrationOperation, ScriptRef } from '../../model/operation.ts';
import { scriptChecksum } from '../../plan/checksums.ts';
import { type PreparedScript, prepareScript } from '../../plan/prepare-script.ts';
import { storedSql } from '../../plan/stored-sql.ts';
import type { Claim } from '../../ports/databases.ts';
import { migrationVersion } from '../../read/migration-version.ts';
import type { OperationContext } from '../operation-context.ts';
import { failed, type OperationResult } from '../operation-result.ts';
import { dialectIn } from '../target-session.ts';
import type { ScriptText } from './script-text.ts';

export type ReadScript =
  | { readonly type: 'read'; readonly script: ScriptText }
  | { readonly type: 'refused'; readonly result: OperationResult };

/** Reads a script and the files that it includes once more, just before it runs: it must be what was planned. Spec: rulings, "Digest and base". */
export async function readUnchanged(ref: ScriptRef, context: OperationContext): Promise<ReadScript> {
  const { files, hasher } = context.world;
  const paths = [ref.path, ...(ref.includes ?? []).map(({ path }) => path)];
  const texts: string[] = [];
  for (const path of paths) {
    const read = await files.readText(path);
    if (read.type !== 'found')
      return changed(path, `${path} was there when the plan was made and cannot be read now. Nothing of it was run.`);
    texts.push(read.text);
  }
  const [text = '', ...rest] = texts;
  const included = rest.map((one, i) => ({ path: paths[i + 1] as string, text: one }));
  if (scriptChecksum(text, included, hasher) === ref.checksum) return { type: 'read', script: { ref, text, included } };
  const what = included.length > 0 ? `${ref.path}, or a file that it reads,` : ref.path;
  return changed(
    ref.path,
    `${what} was changed after the plan was made. Nothing of it was run; plan again, or resume and confirm the change.`,
  );
}

const changed = (file: string, message: string): ReadScript => ({
  type: 'refused',
  result: failed({ code: 'PLAN_CHANGED', message, file }, false),
});

export function prepare({ ref, text, included }: ScriptText, context: OperationContext): PreparedScript {
  const { plan, world } = context;
  const texts = new Map(included.map((one) => [one.path, one.text]));
  const script = { path: ref.path, text, read: (path: string) => texts.get(path) };
  return prepareScript(script, { dialect: dialectIn(context), settings: plan.migrations }, world.syntax);
}

/** What the history keeps of a script. */
export const sqlOf = ({ text, included }: ScriptText, prepared: PreparedScript, { plan }: OperationContext): string =>
  storedSql({
    text,
    included,
    values: Object.fromEntries(prepared.usedValues.map((name) => [name, plan.migrations?.values?.[name] ?? ''])),
  });

/** The row of a migration before its script runs; `script` is the rollback script where it is rolled back. */
export const claimOf = (
  operation: MigrationOperation,
  action: Extract<MigrationAction, 'apply' | 'roll_back'>,
  sql: string,
  context: OperationContext,
  reason: string | undefined = operation.reason,
): Claim => ({
  scope: context.plan.project,
  path: operation.script.path,
  version: migrationVersion(operation.script.path),
  checksum: operation.script.checksum,
  tokenChecksum: operation.script.tokenChecksum,
  sql,
  appliedBy: context.by,
  runId: context.run,
  action,
  reason,
});
