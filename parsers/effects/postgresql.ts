import { parseSync, SqlError } from 'libpg-query';
import type { EffectPlace, SqlEffect } from '../../core/index.ts';
import { dialectRules } from '../dialect-rules.ts';
import { embeddedStatements } from './embedded-statements.ts';
import { fieldsOf, listOf, numberOf, type PgNode, stringOf, unwrap } from './pg-node.ts';
import { pgStatementEffects } from './pg-statement.ts';
import { lexemesOf, segmentsFrom } from './statement-tokens.ts';

const rules = dialectRules('postgresql');

/** What a statement does, by PostgreSQL's own parser, which must have been loaded. */
export function postgresqlEffects(text: string): readonly SqlEffect[] {
  const parsed = parse(text);
  if ('problem' in parsed) return [{ type: 'unreadable', message: parsed.problem }];
  return parsed.statements.flatMap(([kind, node]) =>
    kind === 'DoStmt' ? doEffects(text, node) : pgStatementEffects(kind, node, () => actionPlaces(text, node)),
  );
}

type Parsed = { readonly statements: readonly (readonly [string, PgNode])[] } | { readonly problem: string };

function parse(text: string): Parsed {
  try {
    const { stmts } = parseSync(text) as unknown as { readonly stmts?: readonly { readonly stmt?: PgNode }[] };
    return { statements: (stmts ?? []).map(({ stmt }) => unwrap(stmt ?? {})) };
  } catch (error) {
    // The parser refuses what no server of its version takes; a newer or older server may, so it is told and not judged.
    if (error instanceof SqlError) return { problem: error.message };
    return { problem: `the parser gave up (${error instanceof Error ? error.message : String(error)})` };
  }
}

/** The stretches of the actions of an ALTER TABLE, which its tree does not tell. */
function actionPlaces(text: string, node: PgNode): readonly EffectPlace[] {
  const byte = numberOf(fieldsOf(node, 'relation'), 'location') ?? 0;
  const nameAt = utf16Offset(text, byte);
  const lexemes = lexemesOf(text, rules);
  let at = lexemes.findIndex(({ start }) => start >= nameAt);
  while (lexemes[at + 1]?.text === '.') at += 2;
  if (lexemes[at + 1]?.text === '*') at += 1;
  return segmentsFrom(lexemes, at + 1);
}

/** The parser counts bytes. */
function utf16Offset(text: string, bytes: number): number {
  let at = 0;
  for (let left = bytes; left > 0 && at < text.length; ) {
    const code = text.codePointAt(at) ?? 0;
    left -= code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    at += code < 0x10000 ? 1 : 2;
  }
  return at;
}

/** What the statements inside a DO block do; each has its place in the block. */
function doEffects(text: string, node: PgNode): readonly SqlEffect[] {
  const body = listOf(node, 'args')
    .map((one) => fieldsOf(one, 'DefElem'))
    .filter(({ defname }) => defname === 'as')
    .map((one) => stringOf(fieldsOf(one, 'arg')))[0];
  const bodyAt = body === undefined ? -1 : text.indexOf(body);
  if (body === undefined || bodyAt < 0) return [{ type: 'opaque', what: 'this DO block' }];
  return embeddedStatements(body, rules).flatMap(({ text: inner, offset, isDynamic }): readonly SqlEffect[] => {
    const place = { at: bodyAt + offset, end: bodyAt + offset + inner.length };
    if (isDynamic) return [{ type: 'opaque', what: 'this EXECUTE', ...place }];
    const parsed = parse(inner);
    if ('problem' in parsed) return [{ type: 'opaque', what: 'this part of the DO block', ...place }];
    return parsed.statements.flatMap(([kind, fields]) =>
      pgStatementEffects(kind, fields, () => []).map((effect) => ({ ...effect, ...place })),
    );
  });
}
