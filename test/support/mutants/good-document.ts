import { type JsonNode, type JsonPath, nodeAt, propertiesOf, readSource } from '../../../core/index.ts';
import { seededRandom } from '../random.ts';

/** A long document without any mistake, and where everything stands in it. */
export interface GoodDocument {
  readonly file: string;
  readonly text: string;
  /** SQL files that the project has. */
  readonly scripts: readonly string[];
  /** The other documents of the project, by their paths. */
  readonly beside: Readonly<Record<string, string>>;
  /** The node at a path; throws where there is none. */
  node(path: JsonPath): JsonNode;
  value(path: JsonPath): unknown;
  /** The paths of a list's items or an object's members. */
  below(path: JsonPath): readonly JsonPath[];
}

const words = ['orders', 'users', 'prices', 'carts', 'stock', 'refunds', 'vendors', 'coupons', 'parcels', 'reviews'];
const verbs = ['add', 'split', 'index', 'widen', 'clean', 'merge', 'seed', 'check'];

/** Words that tell things apart by more than their number; the same for the same seed. */
function namer(seed: number): (number: number) => string {
  const random = seededRandom(seed);
  const pick = (from: readonly string[]) => from[Math.floor(random() * from.length)] ?? '';
  return (number) => `${pick(verbs)}_${pick(words)}_${number}`;
}

const target = { id: 'staging', name: 'Staging', backend: 'postgresql', connection_ref: 'conn_staging' };
const head = {
  plan_id: '7d4f3c1e-2b5a-4c8d-9e6f-0a1b2c3d4e5f',
  name: 'A long plan',
  target_env: target,
  created_at: '2026-02-05T12:00:00Z',
  created_by: 'alice',
  approval_required: true,
};
const checks = {
  before: [
    { id: 'look', type: 'connection' },
    { id: 'room', type: 'disk_space', min_gb: 5 },
  ],
  after: [
    { id: 'history', type: 'migration_history' },
    { id: 'objects', type: 'object_count', min: 100 },
  ],
};

/** The id of one of the plans beside the long one. */
export const idBeside = (number: number): string => `2f6a9b3c-1d4e-4f7a-8b0c-${String(number).padStart(12, '0')}`;

/** A config with the connection of the plans, and so many plans with ids of their own. */
const besidePlans = (count: number): Readonly<Record<string, string>> => {
  const connections = { conn_staging: { backend: 'sqlite', file: 'shop.db' } };
  const plans = Array.from({ length: count }, (_, number) => {
    const plan = { version: '1.0', ...head, plan_id: idBeside(number), steps: [] };
    return [`deployments/other${number}.srdeploy`, JSON.stringify(plan)];
  });
  return { 'deploy-config.json': JSON.stringify({ connections }), ...Object.fromEntries(plans) };
};

/** A plan document of version 1.0 with so many steps: migrations in their order, SQL checks, backups and pauses. */
export function goodPlan(count: number, seed: number): GoodDocument {
  const nameOf = namer(seed);
  const steps = Array.from({ length: count }, (_, index) => {
    const id = nameOf(index);
    const number = String(index + 1).padStart(4, '0');
    const script = `migrations/V${number}__${id}.sql`;
    const rollback = `migrations/R${number}__${id}.sql`;
    const kinds = [
      { id, name: `Migrate ${id}`, type: 'migration', script, rollback, timeout_sec: 600, retry: { max: 1 } },
      { id, type: 'sql_check', sql: `SELECT 1 FROM ${id}`, expect: 'non_empty', timeout_sec: 60 },
      { id, type: 'migration', script, rollback },
      { id, type: 'backup', target: `backups/${id}.dump` },
      { id, type: 'pause', message: `Look at ${id}.` },
    ];
    return kinds[index % kinds.length];
  });
  const plan = { version: '1.0', ...head, pre_checks: checks.before, steps, post_checks: checks.after };
  return documentOf('deployments/long.srdeploy', plan, { beside: besidePlans(20) });
}

/** A plan document of version 1.1 with so many steps: commands that wait for one another, and checks with patterns. */
export function goodGraph(count: number, seed: number): GoodDocument {
  const nameOf = namer(seed);
  const ids = Array.from({ length: count }, (_, index) => nameOf(index));
  const steps = ids.map((id, index) => {
    // Every fourth waits for nothing, so that the way from it to the others goes one way only.
    const depends_on = index % 4 === 0 ? [] : [ids[index - 1]];
    return index % 2 === 0
      ? { id, type: 'command', command: `make ${id}`, working_directory: `sites/${id}`, depends_on }
      : { id, type: 'sql_check', sql: `SELECT version FROM ${id}`, expect: { matches: '^1[67]\\.' }, depends_on };
  });
  return documentOf('deployments/graph.srdeploy', { version: '1.1', ...head, pre_checks: checks.before, steps });
}

/** A deploy config with so many groups, targets and connections. */
export function goodConfig(count: number, seed: number): GoodDocument {
  const nameOf = namer(seed);
  const numbers = Array.from({ length: count }, (_, index) => index);
  const names = numbers.map(nameOf);
  const connections = names.map((name) => [
    `conn_${name}`,
    { backend: 'postgresql', host: 'db.example.org', port: 5432, database: name, password: '${env:DB_PASSWORD}' },
  ]);
  const targets = names.map((name, index) => [
    `t${index}-${name.replaceAll('_', '-')}`.slice(0, 30),
    {
      name,
      kind: 'staging',
      connection_ref: `conn_${name}`,
      health_check: { url: `https://${index}.example.org/health`, body: { matches: '^ok' } },
    },
  ]);
  const groups = names.map((name, index) => ({
    name,
    order: 1,
    ...(index % 3 === 2 ? { depends_on: [names[index - 1]] } : {}),
    file_patterns: [`${name}/*/index.ts`],
    required_env_vars: ['REGION'],
    deploy_command: `deploy --region $REGION "{function_name}"`,
  }));
  const config = {
    project: 'shop',
    connections: Object.fromEntries(connections),
    targets: Object.fromEntries(targets),
    environment: { DB_PASSWORD: { secret: true } },
    groups,
    rules: { suppress: [] },
  };
  return documentOf('deploy-config.json', config, { scripts: ['sql/views.sql'] });
}

function documentOf(
  file: string,
  value: unknown,
  { scripts = [], beside = {} }: Partial<Pick<GoodDocument, 'scripts' | 'beside'>> = {},
): GoodDocument {
  const text = `${JSON.stringify(value, undefined, 2)}\n`;
  const { root } = readSource(file, text, 'json');
  const node = (path: JsonPath) => {
    const found = nodeAt(root, path);
    if (!found) throw new Error(`${file} has nothing at ${path.join('/')}.`);
    return found;
  };
  return {
    file,
    text,
    scripts: [...scripts, ...new Set(text.match(/migrations\/[\w.]+\.sql/g) ?? [])],
    beside,
    node,
    value: (path) => JSON.parse(text.slice(node(path).offset, node(path).offset + node(path).length)),
    below(path) {
      const holder = node(path);
      if (holder.type === 'object') return propertiesOf(holder).map(({ key }) => [...path, String(key.value)]);
      return (holder.children ?? []).map((_, index) => [...path, index]);
    },
  };
}
