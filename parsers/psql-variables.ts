/** How psql puts a variable's value into a text: `:name`, `:'name'`, `:"name"`, and `:{?name}`, which asks whether it is set. */
export type VariableForm = 'plain' | 'literal' | 'identifier' | 'test';

export interface VariableUse {
  readonly name: string;
  readonly form: VariableForm;
  readonly end: number;
}

const USE =
  /:(?:([A-Za-z\u0080-\uffff_0-9]+)|'([A-Za-z\u0080-\uffff_0-9]+)'|"([A-Za-z\u0080-\uffff_0-9]+)"|\{\?([A-Za-z\u0080-\uffff_0-9]+)\})/y;
const NAME = /^[A-Za-z\u0080-\uffff_0-9]+$/;

/** The use of a variable that begins with the colon at `at`; undefined where there is none, as in `::` and `:=`. */
export function variableUseAt(text: string, at: number): VariableUse | undefined {
  USE.lastIndex = at;
  const match = USE.exec(text);
  if (!match) return undefined;
  const [, plain, literal, identifier, test] = match;
  const end = USE.lastIndex;
  if (plain !== undefined) return { name: plain, form: 'plain', end };
  if (literal !== undefined) return { name: literal, form: 'literal', end };
  if (identifier !== undefined) return { name: identifier, form: 'identifier', end };
  return { name: test ?? '', form: 'test', end };
}

export const isVariableName = (name: string): boolean => NAME.test(name);

/** A value as it is put into a text; a literal with a backslash becomes ` E'…'`, as psql writes it. */
export function variableText(form: Exclude<VariableForm, 'test'>, value: string): string {
  if (form === 'plain') return value;
  if (form === 'identifier') return `"${value.replaceAll('"', '""')}"`;
  const doubled = value.replaceAll("'", "''");
  return value.includes('\\') ? ` E'${doubled.replaceAll('\\', '\\\\')}'` : `'${doubled}'`;
}

/** Variables that psql sets itself, from its connection or from the last statement; no script can know them beforehand. */
const OF_PSQL = new Set(
  `AUTOCOMMIT COMP_KEYWORD_CASE DBNAME ECHO ECHO_HIDDEN ENCODING ERROR FETCH_COUNT HIDE_TABLEAM HIDE_TOAST_COMPRESSION HISTCONTROL
  HISTFILE HISTSIZE HOST IGNOREEOF LAST_ERROR_MESSAGE LAST_ERROR_SQLSTATE LASTOID ON_ERROR_ROLLBACK ON_ERROR_STOP PORT PROMPT1 PROMPT2
  PROMPT3 QUIET ROW_COUNT SERVER_VERSION_NAME SERVER_VERSION_NUM SERVICE SHELL_ERROR SHELL_EXIT_CODE SHOW_ALL_RESULTS SHOW_CONTEXT
  SINGLELINE SINGLESTEP SQLSTATE USER VERBOSITY VERSION VERSION_NAME VERSION_NUM WATCH_INTERVAL`.split(/\s+/),
);

export const isSetByPsql = (name: string): boolean => OF_PSQL.has(name);

/** A script's variables. Names are looked up often and values may be put into values, so what is put in is counted. */
export interface Variables {
  get(name: string): string | undefined;
  set(name: string, value: string): void;
  unset(name: string): void;
  /** Counts a value that is put into a text; false where all of them together are more than any script needs. */
  mayInsert(value: string): boolean;
}

/** Characters that the values of variables may add to a script in all: more than a script needs, less than fills the memory. */
const MOST_INSERTED = 4 * 1024 * 1024;

export function createVariables(): Variables {
  const values = new Map<string, string>();
  let left = MOST_INSERTED;
  return {
    get: (name) => values.get(name),
    set: (name, value) => void values.set(name, value),
    unset: (name) => void values.delete(name),
    mayInsert(value) {
      left -= value.length;
      return left >= 0;
    },
  };
}
