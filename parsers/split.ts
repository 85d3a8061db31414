import type { Backend, SplitScript, SqlStatement, SqlSyntaxProblem } from '../core/index.ts';
import { createBodyTracker } from './body-tracker.ts';
import { copyDataEnd, lineCommandEnd, unterminatedMessage } from './client-commands.ts';
import { type DialectRules, dialectRules } from './dialect-rules.ts';
import { createLineReader } from './line-reader.ts';
import { type Token, tokenAt } from './tokens.ts';

const MAX_KEYWORDS = 6;
/** Words that are looked at to recognise a body; the rest of a long statement is only counted. */
const isName = (word: string): boolean => word.length <= 64;

/** What is known of the statement being read. */
interface Open {
  readonly start: number;
  readonly body: ReturnType<typeof createBodyTracker>;
  readonly keywords: string[];
  end: number;
  brackets: number;
  /** `COPY … FROM STDIN`: the data follow the statement. */
  readsStdin: boolean;
  lastWord: string;
}

/** Splits a script into statements. Spec: ports, `SqlSyntax`. */
export function split(script: string, dialect: Backend): SplitScript {
  const rules = dialectRules(dialect);
  const found = createCollector(script, rules);
  for (let at = 0; at < script.length; ) {
    const commandEnd = found.open() ? undefined : lineCommandEnd(script, at, rules);
    if (commandEnd !== undefined) {
      found.command({ kind: 'command', start: at, end: commandEnd, closed: true }, dialect);
      at = commandEnd;
      continue;
    }
    const token = tokenAt(script, at, rules);
    at = token.end;
    if (token.kind === 'space') continue;
    if (!token.closed) found.report('SQL_UNTERMINATED', unterminatedMessage(script, token), token.start);
    if (token.kind === 'comment') continue;
    if (token.kind === 'command') found.command(token, dialect);
    else if (token.kind === 'semicolon' && !found.holds()) at = found.endAt(token.start);
    else found.take(token);
  }
  return found.end();
}

/** Collects tokens into statements, and problems beside them. */
function createCollector(script: string, rules: DialectRules) {
  const position = createLineReader(script);
  const problemPosition = createLineReader(script);
  const statements: SqlStatement[] = [];
  const problems: SqlSyntaxProblem[] = [];
  let open: Open | undefined;

  const report = (code: SqlSyntaxProblem['code'], message: string, offset: number) => {
    problems.push({ code, message, position: problemPosition(offset) });
  };
  const finish = () => {
    if (open) {
      const text = script.slice(open.start, open.end);
      statements.push({ text, offset: open.start, start: position(open.start), keywords: open.keywords });
    }
    open = undefined;
  };
  const take = (token: Token) => {
    open ??= newStatement(token.start, rules);
    addToken(open, script, token);
  };
  return {
    report,
    take,
    open: () => open !== undefined,
    /** True while a semicolon would be part of the statement. */
    holds: () => open !== undefined && (open.body.holds() || (rules.bracketsHold && open.brackets > 0)),
    command(token: Token, dialect: Backend) {
      report('SQL_CLIENT_COMMAND', clientCommandMessage(script, token, dialect), token.start);
      take(token);
      finish();
    },
    /** Ends the statement at its semicolon; answers where reading goes on, which is behind the data of a COPY. */
    endAt(semicolon: number): number {
      const data = open?.readsStdin ? copyDataEnd(script, semicolon + 1) : undefined;
      if (open && data !== undefined) {
        report('SQL_CLIENT_COMMAND', COPY_MESSAGE, open.start);
        open.end = data;
      }
      finish();
      return data ?? semicolon + 1;
    },
    end(): SplitScript {
      if (open?.body.holds()) report('SQL_UNTERMINATED', BODY_MESSAGE, open.start);
      finish();
      return { statements, directives: [], problems };
    },
  };
}

const COPY_MESSAGE = 'COPY … FROM stdin takes its data from a client such as psql. Use INSERT.';
const BODY_MESSAGE = 'The body that begins in this statement is never closed with END.';

const newStatement = (start: number, rules: DialectRules): Open => ({
  start,
  body: createBodyTracker(rules.bodies),
  keywords: [],
  end: start,
  brackets: 0,
  readsStdin: false,
  lastWord: '',
});

/** Adds a significant token to the statement. */
function addToken(open: Open, script: string, token: Token): void {
  open.end = token.end;
  if (token.kind === 'word') {
    const text = script.slice(token.start, token.end);
    const word = isName(text) ? text.toUpperCase() : '';
    if (open.keywords.length < MAX_KEYWORDS && word) open.keywords.push(word);
    if (word === 'STDIN' && open.lastWord === 'FROM' && open.keywords[0] === 'COPY') open.readsStdin = true;
    open.body.word(word);
    open.lastWord = word;
    return;
  }
  const char = token.kind === 'symbol' && token.end - token.start === 1 ? script[token.start] : token.kind;
  if (char === '(') open.brackets += 1;
  if (char === ')') open.brackets = Math.max(0, open.brackets - 1);
  open.body.other(token.kind === 'semicolon' ? ';' : (char ?? ''));
  open.lastWord = '';
}

const CLIENTS: Readonly<Record<Backend, string>> = {
  postgresql: 'psql',
  sqlite: 'the sqlite3 shell',
  mysql: 'the mysql client',
  firebird: 'isql',
  scratchbird: 'isql',
};

function clientCommandMessage(script: string, { start, end }: Token, dialect: Backend): string {
  const command = script.slice(start, Math.min(end, start + 40)).split(/\s/)[0];
  return `${command} is a command of ${CLIENTS[dialect]}, not SQL. Remove the line or write it as SQL.`;
}
