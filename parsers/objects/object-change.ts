import type { DialectRules } from '../dialect-rules.ts';
import type { Lexeme } from '../effects/statement-tokens.ts';

export type ObjectKind = 'table' | 'view' | 'index';

/** A stretch of a file, UTF-16 offsets. `file` as in `SqlStatement`. */
export interface ObjectPlace {
  readonly file: string | undefined;
  readonly start: number;
  readonly end: number;
}

/** A name that a statement gives. */
export interface NamedObject {
  /** What objects are told apart by: schema and name in lower case, without quotes and without the schema that is searched by itself. */
  readonly id: string;
  /** As it is written, quotes and all. */
  readonly written: string;
  readonly place: ObjectPlace;
}

export interface TableColumn extends NamedObject {
  /** In lower case, with its length; the empty string where none is written. */
  readonly type: string;
}

/** What a statement changes in the tables, views and indexes of a database. */
export type ObjectChange =
  | {
      readonly type: 'create';
      readonly kind: ObjectKind;
      readonly object: NamedObject;
      /** None where the statement does not list them. */
      readonly columns: readonly TableColumn[];
    }
  | { readonly type: 'drop'; readonly id: string }
  | { readonly type: 'rename'; readonly id: string; readonly to: NamedObject }
  | { readonly type: 'add_column'; readonly id: string; readonly column: TableColumn }
  | { readonly type: 'drop_column'; readonly id: string; readonly column: string }
  | { readonly type: 'rename_column'; readonly id: string; readonly column: string; readonly to: NamedObject };

/** The tokens of a statement, and where they stand in its file. */
export interface StatementReading {
  readonly lexemes: readonly Lexeme[];
  readonly rules: DialectRules;
  readonly placeOf: (start: number, end: number) => ObjectPlace;
}
