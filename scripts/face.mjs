// Writes core/index.ts: one line for every file of every floor, so that a new file is part of the face.
import { readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const core = join(dirname(fileURLToPath(import.meta.url)), '../core');
const floors = [
  'base',
  'model',
  'ports',
  'redact',
  'read',
  'rules',
  'plan',
  'gate',
  'lock',
  'run',
  'history',
  'report',
];
const files = floors.flatMap((floor) =>
  readdirSync(join(core, floor))
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'))
    .sort()
    .map((name) => `export * from './${floor}/${name}';`),
);
writeFileSync(
  join(core, 'index.ts'),
  `// The face of core: the only way in. Written by scripts/face.mjs.\n${files.join('\n')}\n`,
);
