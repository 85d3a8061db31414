import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { migration, planDocument, srdeploy, srdeployJson, type TestProject, testProject } from '../support/srdeploy.ts';

let project: TestProject;
afterEach(() => project.remove());

/** Two steps of one id, and a migration that drops a table. */
const faulty = () =>
  testProject(
    planDocument({ steps: [migration('a', 'migrations/V1, 50%.sql'), migration('a', 'migrations/V2.sql')] }),
    {
      'migrations/V1, 50%.sql': 'DROP TABLE orders;\n',
      'migrations/V2.sql': 'SELECT 1;\n',
    },
  );

interface Sarif {
  readonly version: string;
  readonly runs: readonly {
    readonly tool: { readonly driver: { readonly name: string; readonly rules: readonly { readonly id: string }[] } };
    readonly columnKind: string;
    readonly results: readonly {
      readonly ruleId: string;
      readonly ruleIndex: number;
      readonly level: string;
      readonly message: { readonly text: string };
      readonly locations: readonly {
        readonly physicalLocation: {
          readonly artifactLocation: { readonly uri: string };
          readonly region: Readonly<Record<string, number>>;
        };
      }[];
    }[];
  }[];
}

async function sarif(words: readonly string[], cwd: string, env: NodeJS.ProcessEnv = { GITHUB_WORKSPACE: '' }) {
  const { code, stdout } = await srdeploy(['validate', ...words, '--format', 'sarif'], { cwd, env });
  const log: Sarif = JSON.parse(stdout);
  const [run] = log.runs;
  if (!run) throw new Error('The log has no run.');
  return { code, log, run };
}

it('prints findings as SARIF, with rules, levels, regions and relative URIs', async () => {
  project = await faulty();
  const { code, log, run } = await sarif([], project.folder);
  expect(code).toBe(7);
  expect(log.version).toBe('2.1.0');
  expect(run).toMatchObject({ tool: { driver: { name: 'srdeploy' } }, columnKind: 'utf16CodeUnits' });
  expect(run.results.every(({ ruleId, ruleIndex }) => run.tool.driver.rules[ruleIndex]?.id === ruleId)).toBe(true);
  const text = await project.read(project.plan);
  const second = text.slice(0, text.lastIndexOf('"id": "a"') + '"id": '.length);
  const [line, column] = [second.split('\n').length, second.length - second.lastIndexOf('\n')];
  const duplicate = run.results.find(({ ruleId }) => ruleId === 'P001');
  expect(duplicate).toMatchObject({
    level: 'error',
    message: { text: expect.stringContaining('"a"') },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: 'deployments/plan.srdeploy', uriBaseId: '%SRCROOT%' },
          region: { startLine: line, startColumn: column, endLine: line, endColumn: column + 3 },
        },
      },
    ],
  });
  expect(duplicate).not.toHaveProperty('fixes');
  const dropped = run.results.find(({ ruleId }) => ruleId === 'M001');
  expect(dropped?.level).toBe('warning');
  expect(dropped?.locations[0]?.physicalLocation.artifactLocation.uri).toBe('migrations/V1%2C%2050%25.sql');
  expect(run.tool.driver.rules.find(({ id }) => id === 'M001')).toHaveProperty('shortDescription.text');
});

it('counts paths from the folder it runs in, or from the checkout of a workflow', async () => {
  project = await faulty();
  const uris = async (cwd: string, env?: NodeJS.ProcessEnv) =>
    (await sarif([project.plan], cwd, env)).run.results.map(
      ({ locations }) => locations[0]?.physicalLocation.artifactLocation.uri,
    );
  const inProject = await uris(project.folder);
  expect(inProject).toContain('deployments/plan.srdeploy');
  const above = join(project.folder, '..');
  const name = project.folder.slice(above.length + 1);
  expect(await uris(project.folder, { GITHUB_WORKSPACE: above })).toEqual(inProject.map((uri) => `${name}/${uri}`));
});

it('prints a log without results where nothing was found', async () => {
  project = await testProject(planDocument({ steps: [migration('a', 'migrations/V1.sql', { rollback: 'none' })] }), {
    'migrations/V1.sql': 'SELECT 1;\n',
  });
  const { code, run } = await sarif([project.plan], project.folder);
  expect([code, run.results, run.tool.driver.rules]).toEqual([0, [], []]);
});

it('prints findings as commands of a workflow, escaped as GitHub says', async () => {
  project = await faulty();
  const inFolder = { cwd: project.folder, env: { GITHUB_WORKSPACE: '' } };
  const { code, stdout } = await srdeploy(['validate', '--format', 'github'], inFolder);
  expect(code).toBe(7);
  expect(stdout).toMatch(
    /^::error file=deployments\/plan\.srdeploy,line=\d+,col=\d+,title=P001::The id "a" is taken by an earlier/m,
  );
  expect(stdout).toMatch(/^::warning file=migrations\/V1%2C 50%25\.sql,line=1,col=1,title=M001::/m);
  const missing = await srdeploy(['validate', '50%,a:b\n.srdeploy', '--format', 'github'], inFolder);
  expect(missing.stdout.split('\n')[0]).toBe(
    '::error file=50%25%2Ca%3Ab%0A.srdeploy,title=FILE_UNREADABLE::50%25,a:b%0A.srdeploy does not exist.',
  );
});

it('prints the same object for --format json as for --json, and knows no other form', async () => {
  project = await faulty();
  await mkdir(join(project.folder, 'below'));
  const asked = { cwd: join(project.folder, 'below') };
  const { code, stdout } = await srdeploy(['validate', '--format', 'json'], asked);
  expect({ code, json: JSON.parse(stdout) }).toEqual(await srdeployJson(['validate'], asked));
  expect((await srdeploy(['validate', '--format', 'xml'], asked)).code).toBe(7);
});
