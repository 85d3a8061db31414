import type { Step } from './step.ts';

/** The part of the driver's connection that prepares statements. */
export interface PreparingWire {
  parse(message: { text: string; name: string }): void;
  close(message: { type: 'S'; name: string }): void;
}

/** Statements of our own that the server keeps parsed and planned for as long as the session lives. */
export interface KeptStatements {
  /** Sends what must come before the step is bound, and answers the name to bind. */
  prepare(step: Step, index: number, wire: PreparingWire): string;
  /** Hears how the steps ended: `failed` is the one that was refused, with its SQLSTATE. */
  ended(failed: { readonly step: number; readonly sqlstate: string | undefined } | undefined): void;
}

/** What a script may do to the statements of its session. */
const GIVES_UP = /\b(?:deallocate|discard)\b/i;
const NO_SUCH_STATEMENT = '26000';

export function createKeptStatements(): KeptStatements {
  const names = new Map<string, string>();
  const ready = new Set<string>();
  let sent: { readonly name: string; readonly index: number }[] = [];
  let isOff = false;
  return {
    prepare({ text, isKept, isScript }, index, wire) {
      if (isScript && GIVES_UP.test(text)) {
        ready.clear();
        sent = [];
      }
      const name = isKept && !isOff ? (names.get(text) ?? `srdeploy_${names.size + 1}`) : '';
      if (name !== '') names.set(text, name);
      if (!ready.has(name) && !sent.some((one) => one.name === name)) {
        // An earlier exchange may have got as far as this, or not; closing what is not there is no error.
        if (name !== '') {
          wire.close({ type: 'S', name });
          sent.push({ name, index });
        }
        wire.parse({ text, name });
      }
      return name;
    },
    ended(failed) {
      for (const { name, index } of sent) if (!failed || index < failed.step) ready.add(name);
      sent = [];
      if (failed?.sqlstate !== NO_SUCH_STATEMENT) return;
      // A function has given them up, which no text told. Every statement is sent whole from now on.
      ready.clear();
      isOff = true;
    },
  };
}
