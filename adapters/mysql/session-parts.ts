import type { HistoryTable } from './history-table.ts';
import type { MainSession } from './main-session.ts';
import type { Way } from './opened-wire.ts';
import type { Vendor } from './session-settings.ts';
import type { SideSession } from './side-session.ts';

/** What the server said of itself. */
export interface Facts {
  readonly vendor: Vendor;
  /** Such as `MariaDB 10.11.6`. */
  readonly version: string;
  /** As the server writes it. */
  readonly database: string;
  /** The most that the server takes in one message; bytes. */
  readonly maxPacket: number;
}

export interface SessionParts {
  readonly main: MainSession;
  readonly side: SideSession;
  readonly history: HistoryTable;
  readonly facts: Facts;
  readonly way: Way;
}
