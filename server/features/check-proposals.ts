import { CompletionItemKind } from 'vscode-languageserver/node';
import type { Backend } from '../../core/index.ts';
import { bareName } from '../../parsers/index.ts';
import type { PlanObjects } from '../project-objects.ts';
import type { SqlObject } from '../sql-objects.ts';
import { type Proposal, wordProposal } from './proposal.ts';

/** Whole statements for an empty `sql`: whether the indexes, tables and views are there that the scripts of the plan make. */
export function checkProposals({ dialect, objects, named }: PlanObjects): readonly Proposal[] {
  const made = objects.filter(({ place }) => named.includes(place.file));
  return [...made]
    .sort((a, b) => Number(b.kind === 'index') - Number(a.kind === 'index'))
    .flatMap((object) => {
      const sql = checkOf(object, dialect);
      const detail = `The ${object.kind} ${object.written} is there`;
      return sql === undefined ? [] : [wordProposal(sql, { kind: CompletionItemKind.Snippet, detail })];
    });
}

/** Asks the catalogue of a database; undefined for one whose catalogue is not known. */
function checkOf({ written, kind }: SqlObject, dialect: Backend): string | undefined {
  const name = bareName(written);
  const isQuoted = name !== written;
  const text = (word: string) => `'${word.replaceAll("'", "''")}'`;
  const isIndex = kind === 'index';
  switch (dialect) {
    case 'postgresql':
      return isIndex
        ? `SELECT 1 FROM pg_indexes WHERE indexname = ${text(isQuoted ? name : name.toLowerCase())}`
        : `SELECT 1 FROM information_schema.tables WHERE table_name = ${text(isQuoted ? name : name.toLowerCase())}`;
    case 'mysql':
      return isIndex
        ? `SELECT 1 FROM information_schema.statistics WHERE table_schema = DATABASE() AND index_name = ${text(name)}`
        : `SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = ${text(name)}`;
    case 'sqlite':
      return `SELECT 1 FROM sqlite_master WHERE type = '${kind}' AND name = ${text(name)}`;
    case 'firebird': {
      const stored = text(isQuoted ? name : name.toUpperCase());
      return isIndex
        ? `SELECT 1 FROM RDB$INDICES WHERE RDB$INDEX_NAME = ${stored}`
        : `SELECT 1 FROM RDB$RELATIONS WHERE RDB$RELATION_NAME = ${stored}`;
    }
    case 'scratchbird':
      return undefined;
  }
}
