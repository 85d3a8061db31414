import { createReadStream } from 'node:fs';
import { type AuditVerdict, createAuditVerifier, type Hasher } from '../../core/index.ts';
import { errorCode } from '../durable/error-code.ts';
import { auditFile, auditKeeper } from './audit-files.ts';
import { readHead } from './keeper.ts';

/** A last line without its end, or how many bytes of one there are. */
interface Lines {
  /** Some whole lines, without their ends. */
  readonly lines: readonly string[];
  readonly tornBytes: number;
}

/** Checks the whole log of a project, a piece at a time; the memory does not grow with it. Changes nothing. */
export async function verifyAudit(project: string, hasher: Hasher): Promise<AuditVerdict> {
  // The head first: what is appended meanwhile stands in the log only.
  const verifier = createAuditVerifier(hasher, await readHead(auditKeeper(project)));
  let torn = 0;
  for await (const { lines, tornBytes } of readAuditLines(project)) {
    for (const line of lines) verifier.line(line);
    torn = tornBytes;
  }
  return verifier.end(torn);
}

/** The lines of the log, oldest first; none where there is no log. */
export async function* readAuditLines(project: string): AsyncGenerator<Lines> {
  let rest: Buffer = Buffer.alloc(0);
  try {
    for await (const chunk of createReadStream(auditFile(project), { highWaterMark: 256 * 1024 })) {
      const bytes = Buffer.concat([rest, chunk as Buffer]);
      const end = bytes.lastIndexOf(10) + 1;
      rest = bytes.subarray(end);
      yield { lines: end === 0 ? [] : bytes.toString('utf8', 0, end - 1).split('\n'), tornBytes: rest.length };
    }
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
  }
}
