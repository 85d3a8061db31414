// Completes package-lock.json after `npm install`: npm leaves out optional packages of other systems where the registry at hand does not
// have them, and then refuses its own lock file in `npm ci`. What is added here is skipped on every system but its own.
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const file = join(dirname(fileURLToPath(import.meta.url)), '../package-lock.json');
const systems = ['android', 'darwin', 'freebsd', 'linux', 'openharmony', 'win32'];
const processors = ['arm64', 'arm', 'x64', 'ia32', 'ppc64', 'riscv64', 's390x'];

const lock = JSON.parse(await readFile(file, 'utf8'));
const added = Object.entries(lock.packages).flatMap(([from, one]) =>
  Object.entries(one.optionalDependencies ?? {})
    .filter(([name]) => !isLocked(from, name))
    .map(([name, version]) => [`node_modules/${name}`, entryOf(name, version, one)]),
);
const packages = { ...lock.packages, ...Object.fromEntries(added) };
lock.packages = Object.fromEntries(Object.entries(packages).sort(([a], [b]) => a.localeCompare(b, 'en')));
await writeFile(file, `${JSON.stringify(lock, undefined, 2)}\n`);
for (const [path, { version }] of added) console.log(`added ${path} ${version}`);

function isLocked(from, name) {
  const folders =
    from === ''
      ? ['']
      : from.split(/(?<=^|\/)(?=node_modules\/)/).map((_, index, all) => all.slice(0, index + 1).join(''));
  return ['', ...folders].some(
    (folder) => lock.packages[`${folder && `${folder.replace(/\/$/, '')}/`}node_modules/${name}`],
  );
}

function entryOf(name, version, parent) {
  const words = name.split('/').at(-1).split('-');
  const os = systems.find((one) => words.includes(one));
  const cpu = processors.find((one) => words.includes(one));
  if (!os || !cpu || !/^\d+\.\d+\.\d+$/.test(version))
    throw new Error(`${name} ${version} is missing, and its system is unknown.`);
  const musl = words.some((word) => word.startsWith('musl'));
  const libc = os === 'linux' && words.length > 2 && [musl ? 'musl' : 'glibc'];
  return { version, cpu: [cpu], ...(parent.dev && { dev: true }), ...(libc && { libc }), optional: true, os: [os] };
}
