import { type FSWatcher, watch } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { decodeJournal, type RunEvent } from '../core/index.ts';

/** What a follower reads and whom it tells. */
export interface Following {
  readonly file: string;
  /** Called with the events of each stretch, in order; the next stretch is read when it resolves. */
  readonly onEvents: (events: readonly RunEvent[]) => Promise<void>;
  /** Lines that are no events, and errors of the disk. */
  readonly onProblem: (message: string) => void;
}

const CHUNK = 256 * 1024;
/** Appends within this time are read together. */
const GATHER_MS = 50;
const POLL_MS = 200;

/** Follows a journal as it grows: whole lines only, from the start, also when the file does not exist yet. */
export class JournalFollower {
  readonly #following: Following;
  #position = 0;
  #chunk = CHUNK;
  #disposed = false;
  #wake: (() => void) | undefined;
  #watcher: FSWatcher | undefined;
  /** Resolves when the follower has ended. */
  readonly ended: Promise<void>;

  constructor(following: Following) {
    this.#following = following;
    this.ended = this.#follow();
  }

  dispose(): void {
    this.#disposed = true;
    this.#watcher?.close();
    this.#wake?.();
  }

  async #follow(): Promise<void> {
    let handle: FileHandle | undefined;
    try {
      while (!this.#disposed) {
        handle ??= await this.#open();
        const more = handle ? await this.#step(handle) : false;
        if (!more) await this.#pause();
      }
    } catch (error) {
      this.#following.onProblem(error instanceof Error ? error.message : String(error));
    } finally {
      await handle?.close();
    }
  }

  async #open(): Promise<FileHandle | undefined> {
    try {
      const handle = await open(this.#following.file, 'r');
      this.#watch();
      return handle;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }

  /** Reads the next stretch up to its last whole line; true where there may be more at once. */
  async #step(handle: FileHandle): Promise<boolean> {
    const buffer = Buffer.allocUnsafe(this.#chunk);
    const { bytesRead } = await handle.read(buffer, 0, this.#chunk, this.#position);
    const end = buffer.subarray(0, bytesRead).lastIndexOf(0x0a) + 1;
    if (end === 0) {
      // A line longer than the chunk: read more of it next time. A short one is torn: its end is not written yet.
      if (bytesRead < this.#chunk) return false;
      this.#chunk *= 2;
      return true;
    }
    this.#position += end;
    const { events, damage } = decodeJournal(buffer.toString('utf8', 0, end));
    for (const { message } of damage) this.#following.onProblem(message);
    await this.#following.onEvents(events);
    return bytesRead === this.#chunk;
  }

  #watch(): void {
    try {
      this.#watcher = watch(dirname(this.#following.file), { persistent: false }, () => this.#wake?.());
      this.#watcher.on('error', () => this.#watcher?.close());
    } catch {
      // Some file systems cannot be watched; polling alone is enough there.
    }
  }

  async #pause(): Promise<void> {
    if (this.#disposed) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, POLL_MS);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wake = undefined;
    if (!this.#disposed) await new Promise((resolve) => setTimeout(resolve, GATHER_MS));
  }
}
