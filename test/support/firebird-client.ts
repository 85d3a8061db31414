import { type Callback, type Driver, type DriverTransaction, openDriver } from '../../adapters/firebird/driver.ts';
import { createWork } from '../../adapters/firebird/work.ts';

export interface FirebirdClient {
  /** Runs statements in the transaction that is open, one after the other; the rows of the last one. */
  run(...statements: readonly string[]): Promise<readonly (readonly unknown[])[]>;
  commit(): Promise<void>;
  /** Ends the connection at once. */
  end(): void;
}

export interface FirebirdClientOptions {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly username: string;
  readonly password: string;
  /** A table that nobody else may write while the transaction is open. */
  readonly reserve?: string;
}

/** A client of the tests' own, with one transaction open at a time. */
export async function openFirebirdClient({
  username,
  reserve,
  ...given
}: FirebirdClientOptions): Promise<FirebirdClient> {
  const options = {
    ...given,
    user: username,
    encoding: 'UTF8',
    wireCrypt: 1,
    isPool: true,
    blobAsText: true,
    blobChunkSize: 32_768,
    blobReadChunkSize: 65_535,
    numericMode: 'safe',
  } as const;
  let driver = undefined as Driver | undefined;
  await new Promise<void>((resolve, reject) => {
    driver = openDriver(options, {
      opened: (error) => (error ? reject(error) : resolve()),
      gone: () => reject(new Error('gone')),
    });
  });
  const open = driver as Driver;
  const call = <T>(send: (callback: Callback<T>) => void): Promise<T> =>
    new Promise((resolve, reject) => {
      send((error, value) => (error ? reject(error) : resolve(value)));
    });
  await call((callback) => open.connect(options, callback));
  await call((callback) => open.attach(options, callback));
  // isc_tpb_concurrency; isc_tpb_lock_write, the table, isc_tpb_protected
  const reserved = reserve === undefined ? [] : [11, reserve.length, ...Buffer.from(reserve), 4];
  const begin = () =>
    call<DriverTransaction>((callback) =>
      open.startTransaction({ isolation: [2, ...reserved], readOnly: false, wait: true, waitTimeout: 10 }, callback),
    );
  let transaction = await begin();

  return {
    async run(...statements) {
      const work = createWork(open, transaction, call);
      let rows: readonly (readonly unknown[])[] = [];
      for (const sql of statements) rows = (await work.run(sql, [], { maxRows: 1_000 })).rows;
      return rows;
    },
    async commit() {
      await call<unknown>((callback) => open.commit(transaction, callback));
      transaction = await begin();
    },
    end: () => open._socket.destroy(),
  };
}
