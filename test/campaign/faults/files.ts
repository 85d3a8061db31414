import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { type Fault, someMoment } from '../attempt.ts';
import { backupFile, type CaseWorld, inject } from '../case-world.ts';
import type { Chance } from '../chance.ts';
import { journalOf, runsOf, storeOf } from '../journals.ts';

const isRoot = process.getuid?.() === 0;

/** A tool of the system that a fault needs; false where it cannot be used here. */
function can(program: string, ...args: readonly string[]): boolean {
  try {
    execFileSync(program, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const diskSize = 12;

/** The disk of the project is a small one of its own, and somebody fills it up. Needs root and a name space of its own for the mount. */
export const diskFull: Fault = {
  name: 'disk-full',
  applies: () => process.env.CAMPAIGN_MOUNTS === '1',
  async setup(world) {
    if (!can('mount', '-t', 'tmpfs', '-o', `size=${diskSize}m`, 'campaign', world.project)) return;
    world.undo.push(() => {
      execFileSync('umount', ['-l', world.project], { stdio: 'ignore' });
    });
  },
  async before(world, chance) {
    if (chance.likely(0.3)) fill(world, chance);
  },
  async during(attempt, chance) {
    if (existsSync(ballastOf(attempt.world))) return;
    if ((await someMoment(attempt, chance)) !== undefined) fill(attempt.world, chance);
  },
  async after(world) {
    rmSync(ballastOf(world), { force: true });
  },
};

const ballastOf = (world: CaseWorld): string => join(world.project, 'ballast');

function fill(world: CaseWorld, chance: Chance): void {
  if (!readFileSync('/proc/mounts', 'utf8').includes(` ${world.project} tmpfs`)) return;
  const handle = openSync(ballastOf(world), 'w');
  const piece = Buffer.alloc(4_096);
  let size = 0;
  try {
    for (; size < diskSize * 2 ** 20; size += piece.length) writeSync(handle, piece);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  } finally {
    closeSync(handle);
  }
  const left = chance.pick([0, 0, 1, 2, 3, 5, 9, 20, 60]) * piece.length;
  truncateSync(ballastOf(world), Math.max(0, size - left));
  world.known.storeRefused = true;
  inject(world, 'disk full');
}

/** No file of the runner may grow beyond a size any more, which fails in the midst of a line. */
export const fileLimit: Fault = {
  name: 'file-limit',
  applies: () => existsSync('/usr/bin/prlimit'),
  async during(attempt, chance) {
    const moment = await someMoment(attempt, chance);
    const pid = attempt.runner();
    if (moment === undefined || pid === undefined) return;
    const run = runsOf(attempt.world.project).at(-1);
    const size = run === undefined ? 0 : sizeOf(journalOf(attempt.world.project, run));
    if (!can('prlimit', '--pid', String(pid), `--fsize=${size + chance.upTo(3_000)}`)) return;
    attempt.world.known.storeRefused = true;
    inject(attempt.world, 'file size limit');
  },
};

const sizeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;

/** Something in the store, or the target's own file, cannot be written. Root is bound by the immutable flag alone. */
export const readOnly: Fault = {
  name: 'read-only',
  applies: (world) => isRoot && hasFlags(world.project),
  async before(world, chance) {
    if (chance.likely(0.4)) freeze(world, chance);
  },
  async during(attempt, chance) {
    if (chance.likely(0.4) || frozen.has(attempt.world.project)) return;
    if ((await someMoment(attempt, chance)) !== undefined) freeze(attempt.world, chance);
  },
  async after(world) {
    thaw(world);
  },
};

let knowsFlags: boolean | undefined;

/** Whether the file system of the projects knows the immutable flag. */
function hasFlags(folder: string): boolean {
  if (knowsFlags !== undefined) return knowsFlags;
  const probe = `${folder}.probe`;
  writeFileSync(probe, '');
  knowsFlags = can('chattr', '+i', probe) && can('chattr', '-i', probe);
  rmSync(probe, { force: true });
  return knowsFlags;
}

const frozen = new Map<string, string>();

function freeze(world: CaseWorld, chance: Chance): void {
  const store = storeOf(world.project);
  const run = runsOf(world.project).at(-1);
  const candidates = [
    store,
    join(store, 'runs'),
    join(store, 'state'),
    join(store, 'state/locks/dev'),
    join(store, 'history.sqlite'),
    ...(run === undefined ? [] : [dirname(journalOf(world.project, run)), journalOf(world.project, run)]),
    ...(world.backend.name === 'sqlite' ? [join(world.project, 'data.db'), world.project] : []),
  ].filter((path) => existsSync(path));
  if (candidates.length === 0) return;
  const path = chance.pick(candidates);
  if (!can('chattr', '+i', path)) return;
  frozen.set(world.project, path);
  world.undo.push(() => thaw(world));
  world.known.storeRefused = true;
  inject(
    world,
    `read-only: ${path === world.project ? 'project' : path.slice(world.project.length + 1).replace(/\d{8}-\d{6}-\w+/, '<run>')}`,
  );
}

function thaw(world: CaseWorld): void {
  const path = frozen.get(world.project);
  if (path === undefined) return;
  can('chattr', '-i', path);
  frozen.delete(world.project);
}

/** The machine lost its power: the last line of a journal is torn, or holds what was on the disk before. */
export const journalTorn: Fault = {
  name: 'journal-torn',
  async before(world, chance) {
    const run = runsOf(world.project).at(-1);
    const file = run === undefined ? undefined : journalOf(world.project, run);
    if (file === undefined || !existsSync(file) || sizeOf(file) === 0) return;
    const bytes = readFileSync(file);
    const lastLine = bytes.lastIndexOf(10, bytes.length - 2) + 1;
    const how = chance.pick(['cut', 'garbage', 'cut and garbage'] as const);
    if (how !== 'garbage') truncateSync(file, lastLine + 1 + chance.upTo(Math.max(1, bytes.length - lastLine - 2)));
    if (how !== 'cut') appendFileSync(file, garbage(chance));
    world.known.journalTorn = true;
    inject(world, `journal torn: ${how}`);
  },
};

const garbage = (chance: Chance): Buffer =>
  // No line end in it: a torn line is the last one.
  Buffer.from(Array.from({ length: chance.between(1, 300) }, () => chance.pick([0, 34, 123, 125, 200, 255, 65])));

/** The index over the journals is damaged, gone, or cannot be written. */
export const historyDamaged: Fault = {
  name: 'history-damaged',
  async before(world, chance) {
    if (chance.likely(0.6)) damageHistory(world, chance);
  },
  async during(attempt, chance) {
    if ((await someMoment(attempt, chance)) !== undefined) damageHistory(attempt.world, chance);
  },
};

export function damageHistory(world: CaseWorld, chance: Chance): void {
  const file = join(storeOf(world.project), 'history.sqlite');
  const size = sizeOf(file);
  if (size === 0 || statSync(file).isDirectory()) return;
  const how = chance.pick(['truncated', 'garbage', 'deleted', 'empty', 'garbage inside'] as const);
  if (how === 'truncated') truncateSync(file, chance.upTo(size));
  if (how === 'garbage') writeFileSync(file, garbage(chance));
  if (how === 'deleted') rmSync(file);
  if (how === 'empty') truncateSync(file, 0);
  if (how === 'garbage inside') {
    const bytes = readFileSync(file);
    garbage(chance).copy(bytes, chance.upTo(bytes.length));
    writeFileSync(file, bytes);
  }
  world.known.historyDamaged = true;
  inject(world, `history ${how}`);
}

/** The file of a backup is there already. */
export const backupExists: Fault = {
  name: 'backup-exists',
  applies: ({ scenario }) => scenario.backup === 'fixed',
  async before(world) {
    const file = join(world.project, backupFile);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, 'somebody’s backup');
    inject(world, 'backup target exists');
  },
};

/** The address where a run listens is gone. */
export const controlRemoved: Fault = {
  name: 'control-removed',
  async during(attempt, chance) {
    if ((await someMoment(attempt, chance)) === undefined) return;
    const { world } = attempt;
    const how = chance.pick(['address', 'socket'] as const);
    if (how === 'address')
      for (const run of runsOf(world.project))
        rmSync(join(dirname(journalOf(world.project, run)), 'control.json'), { force: true });
    else for (const name of socketsOf(world)) rmSync(name, { force: true });
    inject(world, `control ${how} removed`);
  },
};

const socketsOf = ({ env }: CaseWorld): string[] => {
  const folder = join(env.XDG_RUNTIME_DIR ?? '', 'srdeploy');
  return existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];
};
