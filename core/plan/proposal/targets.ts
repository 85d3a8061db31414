import type { Backend } from '../../model/connection.ts';
import type { DatabaseSigns } from '../../model/found-parts.ts';
import { type ConfigEntry, example, live, section } from './config-entry.ts';
import type { Reach } from './reach.ts';
import { plainWordOf } from './word-of.ts';

/** What the sections `connections` and `targets` are made from. */
export interface TargetWishes {
  /** Ids of targets that were asked for; without one there are examples. */
  readonly targets: readonly string[];
  readonly project: string | undefined;
  readonly reach: Reach;
  readonly signs: DatabaseSigns;
}

/** A target of the config. `file`: the one that the SQLite file belongs to; `asked`: another that was asked for. */
interface Proposed {
  readonly id: string;
  readonly standing: 'file' | 'asked' | 'example';
}

/** The sections `connections` and `targets`. */
export function targetSections(wishes: TargetWishes): readonly ConfigEntry[] {
  const proposed = proposedTargets(wishes);
  return [
    section(
      'object',
      'connections',
      proposed.map((target) => connectionEntry(target, wishes)),
      'How databases are reached. A password is never written here, only where it comes from: ${env:NAME} or ${secret:NAME}.',
      ...(backendOf(wishes.reach)
        ? []
        : ['The backend is one of sqlite, postgresql, mysql, firebird and scratchbird.']),
    ),
    section(
      'object',
      'targets',
      proposed.map((target) => targetEntry(target, wishes)),
      'Where it is deployed to. "kind" says how careful to be: production, staging, development or local.',
    ),
  ];
}

function proposedTargets({ targets, reach }: TargetWishes): readonly Proposed[] {
  const isFile = reach.type === 'file';
  if (targets.length === 0) {
    const certain: readonly Proposed[] = isFile ? [{ id: 'local', standing: 'file' }] : [];
    return [...certain, { id: 'staging', standing: 'example' }, { id: 'production', standing: 'example' }];
  }
  const own = targets.find((id) => kindOf(id) === 'local') ?? targets.find((id) => kindOf(id) === 'development');
  const holder = own ?? (targets.length === 1 ? targets[0] : undefined);
  return targets.map((id) => ({ id, standing: isFile && id === holder ? 'file' : 'asked' }));
}

function connectionEntry({ id, standing }: Proposed, wishes: TargetWishes): ConfigEntry {
  const { reach } = wishes;
  const ref = connectionRef(id);
  if (reach.type !== 'file') return example(ref, sampleConnection(id, wishes));
  return standing === 'file'
    ? live(ref, { backend: 'sqlite', file: reach.file })
    : example(ref, { backend: 'sqlite', file: `data/${id}.db` });
}

function sampleConnection(id: string, { project, reach, signs }: TargetWishes): object {
  const backend = backendOf(reach) ?? 'postgresql';
  if (backend === 'sqlite') return { backend, file: `data/${id}.db` };
  const database = plainWordOf(project ?? '', 'app');
  const [user] = signs.users;
  const [password = `${variableWord(id)}_DB_PASSWORD`] = signs.passwords;
  return {
    backend,
    host: 'db.example.org',
    database: backend === 'firebird' ? `/srv/firebird/${database}.fdb` : database,
    username: user === undefined ? 'deployer' : `\${env:${user}}`,
    password: `\${env:${password}}`,
    ...(backend !== 'firebird' && { ssl_mode: 'verify-full' }),
  };
}

/** Of a target that was asked for the connection is commented out as long as it is there as an example only. */
function targetEntry({ id, standing }: Proposed, { reach }: TargetWishes): ConfigEntry {
  const kind = kindOf(id);
  const said = kind === undefined ? {} : { kind };
  const ref = connectionRef(id);
  // Migrations that are reached through an address need no connection of the target.
  const whole = reach.type === 'address' ? said : { ...said, connection_ref: ref };
  if (standing === 'example') return example(id, whole);
  if (standing === 'file' || reach.type === 'address') return live(id, whole);
  return section('object', id, [...(kind ? [live('kind', kind)] : []), example('connection_ref', ref)]);
}

const backendOf = (reach: Reach): Backend | undefined => (reach.type === 'file' ? 'sqlite' : reach.backend);

const connectionRef = (id: string): string => `${id.replaceAll('-', '_')}_db`;
const variableWord = (id: string): string => id.replaceAll('-', '_').toUpperCase();

/** The kind that the id of a target speaks of; undefined where it speaks of none. */
function kindOf(id: string): 'production' | 'staging' | 'development' | 'local' | undefined {
  if (/^prod(?:uction)?(?:-|$)/.test(id)) return 'production';
  if (/^stag(?:e|ing)(?:-|$)/.test(id)) return 'staging';
  if (/^dev(?:elopment)?(?:-|$)/.test(id)) return 'development';
  return /^local(?:-|$)/.test(id) ? 'local' : undefined;
}
