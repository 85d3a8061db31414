import { lookOf, migrationStateLooks, type ServeVerbs } from '../protocol/index.ts';

/** What is said of the migrations of a plan on a target. */
export type StatusReply = ServeVerbs['migration-status']['reply'];

/** How each migration stands, as a text for people: what counts first, then one line each. `at`: ISO, when the target was asked. */
export function statusText(file: string, reply: StatusReply, at: string): string {
  const { target, production, migrations, findings, unreached } = reply;
  const rows = migrations.map(({ file: path, version, state, appliedAt, note }) => [
    version,
    lookOf(migrationStateLooks, state).word,
    appliedAt ?? '',
    path,
    note ?? '',
  ]);
  return [
    `Migrations of ${file || 'the project folder'} on ${production ? 'PROD ' : ''}${target}`,
    `Read ${at}. To read them again, choose Migration Status again.`,
    '',
    unreached === undefined ? sumText(reply) : `The target could not be read: ${unreached}`,
    '',
    ...table([['VERSION', 'STATE', 'APPLIED', 'FILE', ''], ...rows]),
    ...(findings.length > 0 ? [''] : []),
    ...findings.map(({ severity, code, message }) => `${severity} ${code}: ${message}`),
    '',
  ].join('\n');
}

/** "2 applied, 1 pending" */
function sumText({ migrations }: StatusReply): string {
  const states = [...new Set(migrations.map(({ state }) => state))];
  const counted = states.map((state) => {
    const count = migrations.filter((one) => one.state === state).length;
    return `${count} ${lookOf(migrationStateLooks, state).word}`;
  });
  return counted.join(', ') || 'There are no migrations.';
}

function table(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
