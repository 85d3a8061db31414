import type { Database, SqlJsStatic } from 'sql.js';
import { type FileState, fileState, loadDatabase, moveAside, newDatabase, saveDatabase } from './database-file.ts';
import { type Folded, foldJournals, isAheadOfJournals } from './fold-journals.ts';
import { loadSql } from './load-sql.ts';

/** What saving did. */
export interface Saved {
  readonly saved: boolean;
  /** Set where an unusable file was moved aside and the history made anew from the journals. */
  readonly rebuilt: { readonly reason: string; readonly aside: string } | undefined;
}

/** The history in memory: the file as it was last read, and what the journals say beyond it. */
export class LoadedHistory {
  readonly #project: string;
  readonly #file: string;
  readonly #wasm: string;
  #sql: Promise<SqlJsStatic> | undefined;
  #loaded:
    | { readonly database: Database; readonly state: FileState; readonly unusable: string | undefined }
    | undefined;
  /** Whether the memory holds what the file does not. */
  #isAhead = false;

  constructor({ project, file, wasm }: { readonly project: string; readonly file: string; readonly wasm: string }) {
    this.#project = project;
    this.#file = file;
    this.#wasm = wasm;
  }

  /** Reads the file again if somebody else saved it, and folds the journals' ends in. */
  async upToDate(): Promise<{ readonly database: Database; readonly folded: Folded }> {
    if (this.#loaded?.state !== (await fileState(this.#file))) await this.#load();
    if (!this.#loaded) throw new Error(`${this.#file} was not loaded.`);
    if (await isAheadOfJournals(this.#loaded.database, this.#project)) await this.#beginAnew();
    const { database } = this.#loaded;
    try {
      const folded = await foldJournals(database, this.#project);
      this.#isAhead ||= folded.changed;
      return { database, folded };
    } catch (error) {
      this.close(); // Folded half-way: the next question begins again from the file.
      throw error;
    }
  }

  /** As it was last read, however long ago. */
  async loaded(): Promise<Database> {
    return this.#loaded?.database ?? (await this.upToDate()).database;
  }

  /** Removes rows or adds what is no journal's; told whether anything changed. */
  async change(work: (database: Database) => Promise<boolean>): Promise<void> {
    if (!this.#loaded) throw new Error(`${this.#file} was not loaded.`);
    this.#isAhead = (await work(this.#loaded.database)) || this.#isAhead;
  }

  /** Saves what the file lacks; only for the holder of the history's lock. An unusable file is kept under another name. */
  async save(): Promise<Saved> {
    if (!this.#loaded) throw new Error(`${this.#file} was not loaded.`);
    const { database, state, unusable } = this.#loaded;
    if (!this.#isAhead && state !== 'none' && unusable === undefined) return { saved: false, rebuilt: undefined };
    const rebuilt = unusable === undefined ? undefined : { reason: unusable, aside: await moveAside(this.#file) };
    this.#loaded = { database, state: await saveDatabase(database, this.#file), unusable: undefined };
    this.#isAhead = false;
    return { saved: true, rebuilt };
  }

  close(): void {
    this.#loaded?.database.close();
    this.#loaded = undefined;
    this.#isAhead = false;
  }

  /** The journals are the truth: an index that knows of events which they have lost is built again. */
  async #beginAnew(): Promise<void> {
    const { database, state, unusable } = this.#loaded ?? { state: 'none', unusable: undefined };
    database?.close();
    this.#sql ??= loadSql(this.#wasm);
    this.#loaded = { database: newDatabase(await this.#sql), state, unusable };
    this.#isAhead = true;
  }

  async #load(): Promise<void> {
    this.close();
    this.#sql ??= loadSql(this.#wasm);
    this.#loaded = await loadDatabase(await this.#sql, this.#file);
  }
}
