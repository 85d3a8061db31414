import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type AuditEntry,
  type AuditHead,
  type AuditVerdict,
  auditGenesis,
  createAuditVerifier,
  decodeAuditLine,
  digest,
  encodeAuditLine,
  sealEntry,
} from '../../../core/index.ts';

const hasher = { sha256: (text: string) => digest(createHash('sha256').update(text, 'utf8').digest('hex')) };
const at = '2026-11-21T02:00:00.000Z';
const seal = (by: string, last: AuditHead): AuditEntry =>
  sealEntry({ action: 'run.started', by, reason: 'Grüße "x" \u2028' }, at, last, hasher);

function chainOf(count: number): AuditEntry[] {
  const entries: AuditEntry[] = [];
  for (let n = 0; n < count; n += 1) entries.push(seal(`p${n}@host`, entries.at(-1) ?? auditGenesis));
  return entries;
}

function verify(lines: readonly string[], head?: AuditHead, tornBytes = 0): AuditVerdict {
  const verifier = createAuditVerifier(hasher, head);
  for (const line of lines) verifier.line(line);
  return verifier.end(tornBytes);
}

const chain = chainOf(8);
const lines = chain.map(encodeAuditLine);
const head = chain.at(-1);
const line = (n: number): string => lines[n - 1] ?? '';

describe('the chain of the audit log', () => {
  it('is whole as it was written, and where the remembered head is one behind', () => {
    expect(verify(lines, head)).toMatchObject({ type: 'whole', entries: 8, last: { seq: 8 } });
    expect(verify(lines, chain[6])).toMatchObject({ type: 'whole', entries: 8 });
    expect(verify([])).toMatchObject({ type: 'whole', entries: 0 });
    expect(verify(lines, head, 17)).toMatchObject({ type: 'whole', tornBytes: 17 });
  });

  it.each<[string, readonly string[], object]>([
    ['a changed word', lines.with(3, line(4).replace('p3@', 'px@')), { line: 4, why: 'changed', entries: 3 }],
    ['a space more', lines.with(3, line(4).replace('{"', '{ "')), { line: 4, why: 'changed', entries: 3 }],
    ['garbage in place of a line', lines.with(3, 'garbage'), { line: 4, why: 'changed', entries: 3 }],
    ['a changed last line', lines.with(7, line(8).replace('p7@', 'px@')), { line: 8, why: 'changed', entries: 7 }],
    [
      'a line that was changed and hashed anew',
      lines.with(3, encodeAuditLine(seal('forged@host', chain[2] as AuditEntry))),
      { line: 4, why: 'changed' },
    ],
    ['one line removed', lines.toSpliced(3, 1), { line: 4, why: 'removed', entries: 3 }],
    ['three lines removed', lines.toSpliced(2, 3), { line: 3, why: 'removed', entries: 2 }],
    ['the first line removed', lines.slice(1), { line: 1, why: 'removed', entries: 0 }],
    ['the line before the last removed', lines.toSpliced(6, 1), { line: 7, why: 'removed', entries: 6 }],
    ['garbage between two lines', lines.toSpliced(3, 0, 'garbage'), { line: 4, why: 'inserted', entries: 3 }],
    ['an empty line', lines.toSpliced(3, 0, ''), { line: 4, why: 'inserted', entries: 3 }],
    ['a copy of an earlier line', lines.toSpliced(5, 0, line(2)), { line: 6, why: 'inserted', entries: 5 }],
    ['a copy of a later line', lines.toSpliced(2, 0, line(7)), { line: 3, why: 'inserted', entries: 2 }],
    [
      'a forged line that fits the one before it',
      lines.toSpliced(3, 0, encodeAuditLine(seal('forged@host', chain[2] as AuditEntry))),
      { line: 4, why: 'inserted' },
    ],
    ['two lines swapped', lines.with(3, line(5)).with(4, line(4)), { line: 4, why: 'reordered', entries: 3 }],
    ['a line moved up', lines.toSpliced(6, 1).toSpliced(2, 0, line(7)), { line: 3, why: 'reordered', entries: 2 }],
    ['a line moved to the end', [...lines.toSpliced(2, 1), line(3)], { line: 3, why: 'reordered', entries: 2 }],
    ['the end cut off', lines.slice(0, 5), { line: 6, why: 'cut-off', entries: 5 }],
    ['everything cut off', [], { line: 1, why: 'cut-off', entries: 0 }],
    [
      'another log of the same length',
      chainOf(9)
        .map((one) => encodeAuditLine({ ...one }))
        .slice(1),
      { line: 1, why: 'removed' },
    ],
  ])('names the first broken place: %s', (_what, tampered, expected) => {
    expect(verify(tampered, head)).toMatchObject({ type: 'broken', ...expected });
  });

  it('sees that a whole log was written anew by what is remembered beside it', () => {
    const other: AuditEntry[] = [];
    for (let n = 0; n < 8; n += 1) other.push(seal('other@host', other.at(-1) ?? auditGenesis));
    expect(verify(other.map(encodeAuditLine), head)).toMatchObject({ type: 'broken', line: 8, why: 'changed' });
    expect(verify(other.map(encodeAuditLine))).toMatchObject({ type: 'whole' });
  });

  it('sees every change of a single character, wherever it is', () => {
    const text = lines.join('\n');
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.constantFrom('0', 'f', ' ', '"', '}', '\n', 'é'), (at, char) => {
        fc.pre(text[at] !== char);
        const tampered = text.slice(0, at) + char + text.slice(at + 1);
        expect(verify(tampered.split('\n'), head).type).toBe('broken');
      }),
      { numRuns: 500 },
    );
  });

  it('reads nothing from a line of which a byte is another, or a member stands twice', () => {
    expect(decodeAuditLine(line(1), hasher)).toEqual(chain[0]);
    expect(decodeAuditLine(line(1).replace('"v":1', '"v":1,"v":1'), hasher)).toBeUndefined();
    expect(decodeAuditLine(`${line(1)}\r`, hasher)).toBeUndefined();
  });
});
