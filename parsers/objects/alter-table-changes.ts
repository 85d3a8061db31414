import type { Lexeme } from '../effects/statement-tokens.ts';
import { splitAtCommas } from '../effects/token-reader.ts';
import type { ObjectChange, StatementReading } from './object-change.ts';
import { columnOf, objectAt, tableColumns } from './table-columns.ts';

/** What is dropped, renamed or added and is no column. */
const OTHER = /^(?:CONSTRAINT|PRIMARY|FOREIGN|UNIQUE|CHECK|INDEX|KEY|PARTITION|DEFAULT|EXPRESSION|IDENTITY|NOT)$/;

/** What the actions of an ALTER TABLE change in columns and in the table's name; `from`: the token behind its name. */
export function alterTableChanges(reading: StatementReading, id: string, from: number): readonly ObjectChange[] {
  return splitAtCommas(reading.lexemes.slice(from)).flatMap(
    (action) => actionChange({ ...reading, lexemes: action }, id) ?? [],
  );
}

type Change = ObjectChange | readonly ObjectChange[] | undefined;

function actionChange(reading: StatementReading, id: string): Change {
  const { lexemes } = reading;
  switch (lexemes[0]?.word) {
    case 'ADD':
      return added(reading, id);
    case 'DROP': {
      const at = passed(lexemes, 1);
      const column = at === 1 && OTHER.test(lexemes[1]?.word ?? '') ? undefined : objectAt(reading, at)?.object.id;
      return column === undefined ? undefined : { type: 'drop_column', id, column };
    }
    case 'RENAME':
      return renamed(reading, id);
    case 'CHANGE':
      return changed(reading, id);
    case 'ALTER': // Firebird: ALTER [COLUMN] a TO b
      return renamedColumn(reading, id, passed(lexemes, 1));
    default:
      return undefined;
  }
}

/** The index behind COLUMN, IF NOT EXISTS and IF EXISTS. */
function passed(lexemes: readonly Lexeme[], from: number): number {
  let at = lexemes[from]?.word === 'COLUMN' ? from + 1 : from;
  while (/^(?:IF|NOT|EXISTS)$/.test(lexemes[at]?.word ?? '')) at += 1;
  return at;
}

function added(reading: StatementReading, id: string): Change {
  const { lexemes } = reading;
  const at = passed(lexemes, 1);
  if (lexemes[at]?.text === '(') return tableColumns(reading, at).map((column) => ({ type: 'add_column', id, column }));
  const column = columnOf(reading, lexemes.slice(at));
  return column && { type: 'add_column', id, column };
}

function renamed(reading: StatementReading, id: string): Change {
  const { lexemes } = reading;
  const [, second, third] = lexemes;
  if (second?.word === 'TO' || second?.word === 'AS') {
    const to = objectAt(reading, 2)?.object;
    return to && { type: 'rename', id, to };
  }
  if (!third) {
    // MySQL may leave TO away.
    const to = objectAt(reading, 1)?.object;
    return to && { type: 'rename', id, to };
  }
  return second && OTHER.test(second.word) ? undefined : renamedColumn(reading, id, passed(lexemes, 1));
}

/** `a TO b` */
function renamedColumn(reading: StatementReading, id: string, at: number): Change {
  const old = objectAt(reading, at);
  const to = old && reading.lexemes[old.after]?.word === 'TO' ? objectAt(reading, old.after + 1) : undefined;
  return old && to && { type: 'rename_column', id, column: old.object.id, to: to.object };
}

/** MySQL: `CHANGE [COLUMN] a b definition` */
function changed(reading: StatementReading, id: string): Change {
  const old = objectAt(reading, passed(reading.lexemes, 1));
  const to = old && objectAt(reading, old.after);
  return old && to && { type: 'rename_column', id, column: old.object.id, to: to.object };
}
