import type { SqlError, SqlOutcome } from '../../core/index.ts';
import { refused, sqlErrorOf, value } from '../sql-refusal.ts';
import { statementCode } from './statement-code.ts';
import type { Answer } from './wire.ts';

/** A statement that changed the session, by its index in the script. */
export interface Remembered {
  readonly index: number;
  readonly text: string;
}

const VARIABLE = /(?<![@\w`'"$])@(?!@)(`(?:[^`]|``)+`|[\w$.\u0080-\uffff]+)/g;

/**
 * What the statements of a script have made of their session. A migration that stopped goes on in another session: settings are made
 * again there; what cannot be made again, such as the value that a variable had, is not taken to be there.
 */
export function createSessionMemory() {
  let settings: readonly Remembered[] = [];
  let known = new Set<string>();
  let hasInserted = true;
  const resumesAt = { index: 0 };

  return {
    /** Of a migration that begins at the statement `at`, with what was remembered before. */
    begin(at: number, remembered: readonly Remembered[]) {
      settings = remembered.filter(({ index }) => index < at);
      known = new Set();
      hasInserted = at === 0;
      resumesAt.index = at;
    },
    settings: () => settings,

    /** Makes the settings again that were made before the statement at which the migration goes on. */
    async restore(send: (sql: string) => Promise<SqlOutcome<Answer>>): Promise<SqlOutcome<void>> {
      for (const { index, text } of settings) {
        const sent = await send(text);
        if (sent.type === 'lost') return sent;
        for (const name of assigned(statementCode(text).text)) known.add(name);
        if (sent.type === 'refused')
          return refused(
            'error',
            `The setting that statement ${index + 1} of the script made could not be made again in the session that goes on with it: ${sent.error.message}`,
          );
      }
      return value(undefined);
    },

    /** Why a statement would read what only the earlier session knew. */
    refusal(statement: string): SqlError | undefined {
      if (resumesAt.index === 0) return undefined;
      const { text } = statementCode(statement);
      const lost = variablesIn(text).find((name) => !known.has(name) && !assigned(text).has(name));
      if (lost !== undefined)
        return sqlErrorOf(`@${lost} was set by an earlier statement in a session that is gone.`, { hint: SET_AGAIN });
      if (!hasInserted && /\bLAST_INSERT_ID\s*\(\s*\)/i.test(text))
        return sqlErrorOf('LAST_INSERT_ID() speaks of an earlier statement in a session that is gone.', {
          hint: SET_AGAIN,
        });
      return undefined;
    },

    /** Takes note of a statement that was done; true where the settings to make again are others now. */
    note(index: number, statement: string): boolean {
      const { text } = statementCode(statement);
      for (const name of assigned(text)) known.add(name);
      if (/^(?:INSERT|REPLACE)\b/i.test(text)) hasInserted = true;
      if (!canBeMadeAgain(text)) return false;
      settings = [...settings.filter((one) => one.index !== index), { index, text: statement }];
      return true;
    },
  };
}

const SET_AGAIN = 'Put a statement that sets it again before this one, and resume.';

/** Settings whose values stand in their text or are the server's own. */
const canBeMadeAgain = (code: string): boolean => {
  if (/^USE\b/i.test(code)) return true;
  return (
    /^SET\b/i.test(code) &&
    !/\(|\b(?:GLOBAL|PERSIST|PERSIST_ONLY|PASSWORD|STATEMENT)\b/i.test(code) &&
    !readsVariable(code)
  );
};

const readsVariable = (code: string): boolean => {
  const set = assigned(code);
  const all = [...code.matchAll(VARIABLE)].map(([, name]) => nameOf(name));
  return all.length > set.size;
};

const variablesIn = (code: string): readonly string[] => [...code.matchAll(VARIABLE)].map(([, name]) => nameOf(name));

/** Variables that a statement gives a value. */
function assigned(code: string): ReadonlySet<string> {
  const names = [...code.matchAll(new RegExp(`${VARIABLE.source}\\s*:=`, 'g'))].map(([, name]) => nameOf(name));
  const set = /^SET\b/i.test(code)
    ? [...code.matchAll(new RegExp(`(?:^SET|,)\\s*${VARIABLE.source}\\s*:?=`, 'gi'))].map(([, name]) => nameOf(name))
    : [];
  const into = /\bINTO\s+(@[^;()]*)/i.exec(code)?.[1] ?? '';
  return new Set([...names, ...set, ...variablesIn(into.split(/\bFROM\b/i)[0] ?? '')]);
}

const nameOf = (written = ''): string => written.replace(/^`|`$/g, '').toLowerCase();
