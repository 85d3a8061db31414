import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import {
  journalLines,
  killAtLine,
  longStatement,
  longStatementRows,
  longStatementStarted,
} from '../support/kill-run.ts';
import { seededRandom } from '../support/random.ts';
import { rowsIn } from '../support/sqlite-file.ts';
import {
  migration,
  planDocument,
  type RunAnswer,
  srdeploy,
  srdeployJson,
  startSrdeploy,
  type TestProject,
  testProject,
} from '../support/srdeploy.ts';

let project: TestProject;
afterEach(() => project.remove());

const count = 40;
const pathOf = (n: number) => `migrations/V${String(n).padStart(4, '0')}__step.sql`;

/** Each migration leaves a row that nothing keeps from being written twice, and works long enough to be killed at. */
const scriptOf = (n: number) => `CREATE TABLE t${n} (x integer);
INSERT INTO t${n} WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 4000) SELECT x FROM c;
INSERT INTO applied (n) VALUES (${n});
`;

function fortyMigrations() {
  const numbers = [...Array(count).keys()].map((n) => n + 1);
  const files = Object.fromEntries(numbers.map((n) => [pathOf(n), scriptOf(n)]));
  files['migrations/V0000__log.sql'] = 'CREATE TABLE applied (n integer);';
  const steps = [migration('s0', 'migrations/V0000__log.sql'), ...numbers.map((n) => migration(`s${n}`, pathOf(n)))];
  return testProject(planDocument({ steps }), files);
}

describe('kill -9 of the runner and its children', () => {
  it.each([11, 42])(
    'at ten random points: interrupted each time, resumed at once, every migration applied exactly once (seed %i)',
    async (seed) => {
      project = await fortyMigrations();
      const cwd = project.folder;
      const random = seededRandom(seed);
      let kills = 0;
      let started = startSrdeploy(['run', project.plan], { cwd });
      for (; kills < 10; kills++) {
        const killed = await killAtLine(started, cwd, journalLines(cwd) + 4 + Math.floor(random() * 12));
        expect(killed, `kill ${kills + 1} came in time`).toBe(true);
        const { json } = await srdeployJson<RunAnswer>(['runs', 'show', 'latest'], { cwd });
        expect(json.run.status).toBe('interrupted');
        expect(json.run.operations.filter(({ status }) => status === 'running')).toEqual([]);
        started = startSrdeploy(['resume', 'latest'], { cwd });
      }
      const ended = await started.ended;
      expect(ended.code, ended.stdout + ended.stderr).toBe(0);
      const { json } = await srdeployJson<RunAnswer>(['runs', 'show', 'latest'], { cwd });
      expect(json.run).toMatchObject({ status: 'succeeded', attempt: 11 });

      const applied = rowsIn(join(cwd, 'data.db'), 'SELECT n FROM applied ORDER BY n').map(({ n }) => n);
      expect(applied).toEqual([...Array(count).keys()].map((n) => n + 1));
      expect(
        rowsIn(join(cwd, 'data.db'), "SELECT count(*) AS n FROM srdeploy_migrations WHERE status = 'succeeded'"),
      ).toEqual([{ n: count + 1 }]);
      const { json: history } = await srdeployJson<{ entries: unknown[] }>(
        ['migration', 'history', '--target', 'staging', '--limit', '100'],
        { cwd },
      );
      expect(history.entries).toHaveLength(count + 1);
    },
    120_000,
  );

  it('waits for a child that still works after its runner was killed, and applies nothing twice', async () => {
    project = await fortyMigrations();
    const cwd = project.folder;
    await project.write(pathOf(1), `INSERT INTO applied (n) VALUES (1);\nCREATE TABLE n (x);\n${longStatement}`);
    const started = startSrdeploy(['run', project.plan], { cwd });
    await longStatementStarted(started, cwd);
    started.child.kill('SIGKILL');
    expect((await started.ended).signal).toBe('SIGKILL');
    const resumed = await srdeploy(['resume', 'latest'], { cwd });
    expect(resumed.code, resumed.stdout + resumed.stderr).toBe(0);
    // The child of the killed runner is inside its statement: its lease holds until it is gone, and only then is it taken over.
    expect(resumed.stdout).toMatch(
      /Waiting for the target: held by .*[\s\S]*Took the target over from .*: its process and all that it started are gone/,
    );
    expect(rowsIn(join(cwd, 'data.db'), 'SELECT count(*) AS n FROM n')).toEqual([{ n: longStatementRows }]);
    expect(rowsIn(join(cwd, 'data.db'), 'SELECT n FROM applied ORDER BY n').map(({ n }) => n)).toEqual(
      [...Array(count).keys()].map((n) => n + 1),
    );
  }, 60_000);
});
