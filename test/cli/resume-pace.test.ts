import { afterEach, describe, expect, it } from 'vitest';
import { type RunAnswer, srdeploy, srdeployJson, type TestProject, testProject } from '../support/srdeploy.ts';

let project: TestProject;
afterEach(() => project.remove());

const options = () => ({ cwd: project.folder });
/** Waits until the other one has begun; one after the other, it fails. */
const meet = (own: string, other: string) =>
  `touch ${own}; for i in $(seq 100); do [ -e ${other} ] && exit 0; sleep 0.05; done; exit 9`;
const statuses = ({ run }: RunAnswer) => Object.fromEntries(run.operations.map(({ id, status }) => [id, status]));

/** A first group that fails until there is a file `mended`, and others of the same order. */
async function configured(others: readonly object[]): Promise<void> {
  project = await testProject(
    '{}',
    {},
    {
      targets: { dev: { kind: 'development' } },
      groups: [{ name: 'first', order: 1, deploy_command: '[ -e mended ]' }, ...others],
    },
  );
}

describe('a resume of a run with groups side by side', () => {
  it('runs as many at once as the attempt before, and as many as it is told', async () => {
    await configured([
      { name: 'a', order: 2, deploy_command: meet('a', 'b') },
      { name: 'b', order: 2, deploy_command: meet('b', 'a') },
    ]);
    expect((await srdeploy(['run', '--target', 'dev', '--parallel', '2'], options())).code).toBe(8);
    await project.write('mended', '');
    const alone = await srdeployJson<RunAnswer>(['resume', 'latest', '--parallel', '1'], options());
    expect([alone.code, statuses(alone.json)['a:deploy']]).toEqual([8, 'failed']);
    const beside = await srdeployJson<RunAnswer>(['resume', 'latest', '--parallel', '2'], options());
    expect(beside.code).toBe(0);
    expect(beside.json.run.attempts.map(({ pace }) => pace)).toEqual([
      { parallel: 2, continueOnFailure: false },
      undefined,
      { parallel: 2, continueOnFailure: false },
    ]);
  });

  it('needs no option to go on side by side', async () => {
    await configured([
      { name: 'a', order: 2, deploy_command: meet('a', 'b') },
      { name: 'b', order: 2, deploy_command: meet('b', 'a') },
    ]);
    expect((await srdeploy(['run', '--target', 'dev', '--parallel', '2'], options())).code).toBe(8);
    await project.write('mended', '');
    expect((await srdeploy(['resume', 'latest'], options())).code).toBe(0);
  });

  it('goes on after a failure where the attempt before did, unless it is told not to', async () => {
    await configured([
      { name: 'never', order: 1, deploy_command: 'exit 3' },
      { name: 'good', order: 1, deploy_command: 'exit "$([ -e ready ]; echo $?)"' },
    ]);
    const run = (...words: string[]) => srdeployJson<RunAnswer>(words, options());
    const first = await run('run', '--target', 'dev', '--continue-on-failure');
    expect(statuses(first.json)).toEqual({
      'first:deploy': 'failed',
      'never:deploy': 'failed',
      'good:deploy': 'failed',
    });
    await project.write('ready', '');
    const stopped = await run('resume', 'latest', '--no-continue-on-failure');
    expect([stopped.code, statuses(stopped.json)['good:deploy']]).toEqual([8, 'failed']);
    const past = await run('resume', 'latest', '--continue-on-failure');
    expect(statuses(past.json)['good:deploy']).toBe('succeeded');
  });
});
