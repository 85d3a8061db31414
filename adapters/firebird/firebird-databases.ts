import { type Databases, dialectOf } from '../../core/index.ts';
import { createAttachment } from './attachment.ts';
import { openAttachment } from './open-attachment.ts';
import { createSession } from './session.ts';

/** The session's variable that names its run; administrators see it in `MON$CONTEXT_VARIABLES`. */
const RUN_VARIABLE = 'SRDEPLOY_RUN';

/** Firebird servers as targets. */
export function createFirebirdDatabases(): Databases {
  return {
    async connect(connection, options, signal) {
      if (connection.backend === 'sqlite' || dialectOf(connection) !== 'firebird')
        return { type: 'unsupported', message: `${connection.backend} is not Firebird.` };
      let onGone = (_message: string) => {};
      const opened = await openAttachment(connection, options, signal, (message) => onGone(message));
      if (opened.type !== 'open') return opened;
      const attachment = createAttachment(opened.driver);
      onGone = attachment.gone;
      const learned = await attachment.transact('read', { timeoutMs: options.timeoutMs, signal }, async (work) => {
        const { rows } = await work.run(
          `SELECT RDB$GET_CONTEXT('SYSTEM', 'ENGINE_VERSION'), RDB$SET_CONTEXT('USER_SESSION', '${RUN_VARIABLE}', CAST(? AS VARCHAR(200)))
FROM RDB$DATABASE`,
          [options.marker],
          { maxRows: 1 },
        );
        return String(rows[0]?.[0]);
      });
      if (learned.type !== 'done') {
        await attachment.close();
        const message = learned.type === 'lost' ? learned.message : learned.error.message;
        return { type: 'unreachable', message };
      }
      const serverVersion = `Firebird ${learned.value}`;
      return { type: 'connected', session: createSession({ attachment, serverVersion, connection, options }) };
    },
  };
}
