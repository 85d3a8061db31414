import type { ResolvedConnection } from '../../../core/index.ts';
import { fakeDatabases } from '../../support/fake-databases.ts';
import { counter, describeDatabases, type Subject } from './suite.ts';

const subject = (connection: (count: number) => ResolvedConnection, isTransactional: boolean): Subject => {
  const next = counter();
  return {
    databases: fakeDatabases(),
    fresh: async () => connection(next()),
    isTransactional,
    isAtomicAlone: isTransactional,
    selectOne: 'SELECT 1',
    endless: { statement: 'SELECT SLEEP', query: 'SELECT SLEEP' },
    failing: {
      statement: 'INSERT INTO not_there VALUES (1)',
      error: { message: /does not exist/, sqlstate: '42P01', offset: 12 },
    },
    duplicate: { message: /already exists/, sqlstate: '42P07' },
    endings: [],
    unreadable: [],
    holder: { words: /session 1/, isTransaction: false },
  };
};

describeDatabases(
  'fake',
  subject((count) => ({ ref: 'main', backend: 'sqlite', file: `/fake/${count}.db` }), true),
);

describeDatabases(
  'fake without transactional DDL',
  subject(
    (count) => ({
      ref: 'main',
      backend: 'mysql',
      host: 'fake',
      port: 3306,
      database: `fresh_${count}`,
      username: undefined,
      password: undefined,
      sslMode: 'disable',
      sslRootCert: undefined,
    }),
    false,
  ),
);
