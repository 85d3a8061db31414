// Writes the generated pages of docs/reference: the command line from its own help, the formats from schemas/, the findings from the
// rules in core. `node scripts/reference.mjs [folder]`; needs a build (dist/cli.js).
import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { dangerPage } from './reference-dangers.mjs';
import { findings } from './reference-findings.mjs';
import { schemaPage } from './reference-schema.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const made = (from) =>
  `<!-- Written by scripts/reference.mjs from ${from}. Change that, not this page, and run the script again. -->\n`;

/** The pages that are generated; the others in docs/reference are written by hand. */
export const generatedPages = [
  'command-line.md',
  'plan-document.md',
  'deploy-config.md',
  'rules.md',
  'danger-rules.md',
];

/** Writes all generated pages into a folder. */
export async function writeReference(folder) {
  await mkdir(folder, { recursive: true });
  const pages = await Promise.all([
    commandLine(),
    format('plan-document'),
    format('deploy-config'),
    rules(),
    dangers(),
  ]);
  await Promise.all(pages.map((text, index) => writeFile(join(folder, generatedPages[index]), text)));
}

async function commandLine() {
  const sections = await helpSections([]);
  return `${made('the help of dist/cli.js')}
# Command line

\`srdeploy\` is the command line of ScratchRobin Deploy. From a checkout it is \`node dist/cli.js\` after \`npm run build\`. Every command has
\`--json\`; what it prints then is in [JSON output](json-output.md). Exit codes are explained in [Continuous integration](../continuous-integration.md).

${sections.join('\n')}`;
}

/** The help of a command and of all commands below it. */
async function helpSections(words) {
  const cli = join(root, 'dist/cli.js');
  const env = { ...process.env, NO_COLOR: '1' };
  delete env.FORCE_COLOR;
  const { stdout } = await promisify(execFile)(process.execPath, [cli, ...words, '--help'], { env });
  const name = ['srdeploy', ...words].join(' ');
  const own = `${'#'.repeat(2 + Math.min(words.length, 1))} ${name}\n\n\`\`\`text\n${stdout.trimEnd()}\n\`\`\`\n`;
  const below = commandsIn(stdout).map((word) => helpSections([...words, word]));
  return [own, ...(await Promise.all(below)).flat()];
}

/** The names below "Commands:"; a description's further lines are indented more deeply. */
function commandsIn(help) {
  const block = /^Commands:\n((?: .*\n?)+)/m.exec(help)?.[1] ?? '';
  return [...block.matchAll(/^ {2}([a-z][a-z-]*)/gm)].map(([, word]) => word).filter((word) => word !== 'help');
}

async function format(name) {
  const schema = JSON.parse(await readFile(join(root, `schemas/${name}.schema.json`), 'utf8'));
  return `${made(`schemas/${name}.schema.json`)}\n${schemaPage(schema)}`;
}

const dangers = async () => `${made('core/rules/danger')}${await dangerPage()}`;

async function rules() {
  const rows = [...(await ruleRows()), ...Object.entries(findings)];
  const table = (group) =>
    rows
      .filter(([, one]) => one.group === group)
      .map(([code, { what, mend }]) => `| \`${code}\` | ${what} | ${mend} |`)
      .join('\n');
  const section = ([title, intro]) =>
    `## ${title}\n\n${intro}\n\n| code | found | what to do |\n| --- | --- | --- |\n${table(title)}\n`;
  return `${made('core/rules and scripts/reference-findings.mjs')}
# Findings

A finding has a stable code, a severity, a message for people and, wherever a file is at fault, a place in it. They are errors
unless the table says otherwise. The editor, \`srdeploy validate\`, \`plan\` and \`run\` use the same rules; nothing runs while there is an error.

${groups.map(section).join('\n')}`;
}

const groups = [
  [
    'Rules',
    'What can be wrong with a plan document whose form is right. Found while typing and by `srdeploy validate`.',
  ],
  [
    'Form',
    'The text is not JSON, or not a plan document or deploy config. Found by `srdeploy validate`, and in plan documents while typing.',
  ],
  [
    'Deploy config',
    'What can be wrong with [groups and their commands](../groups.md). Those that need no files are found while typing and by `srdeploy validate`.',
  ],
  ['Scripts', 'What keeps a SQL script from running as one transaction. Found when a plan is made, not by `validate`.'],
  [
    'Folders',
    'What is odd about a [folder of migrations](../migrations.md), or stands against it in the target. Found when a plan is made.',
  ],
  ['Approvals', 'What approvals are worth. Told by `plan` and in the plan preview.'],
  ['Rollback', 'What a [rollback](../rollback.md) leaves out, and what stands in its way. Told by its plan.'],
  ['Target', 'What keeps a plan from having a target. Found when a plan is made, not by `validate`.'],
];

/** The rules of core/rules: the code, and the first sentence of what stands above it. */
async function ruleRows() {
  const folder = join(root, 'core/rules');
  const files = (await readdir(folder)).filter((name) => /^p\d{3}-.*\.ts$/.test(name)).sort();
  return Promise.all(
    files.map(async (file) => {
      const text = await readFile(join(folder, file), 'utf8');
      const [, comment, code] = /\/\*\* (.*?) \*\/\nexport const \w+: Rule = \{\n\s+code: '(P\d{3})'/s.exec(text) ?? [];
      if (!code) throw new Error(`core/rules/${file} has no rule with a comment above it.`);
      const mend = ruleMends[code];
      if (!mend) throw new Error(`scripts/reference.mjs does not say what to do about ${code}.`);
      return [code, { group: 'Rules', what: /^.*?\.(?= |$)/s.exec(comment)?.[0] ?? comment, mend }];
    }),
  );
}

const ruleMends = {
  P001: 'Give it an id of its own. The editor offers the next free one.',
  P002: 'Create the file or correct the path. The editor offers the nearest name.',
  P003: 'Name it, or write `"rollback": "none"`. The editor offers it. A hint.',
  P004: 'Name the rollback that belongs to the script, or rename the file. A warning.',
  P005: 'Put the steps into the order of their versions. A warning.',
  P006: 'Name the script that is meant, or remove the step. A warning.',
  P008: 'Name a connection of the deploy config. The editor offers the nearest one. A warning.',
  P009: 'Write `true`. The editor offers it. A warning.',
  P010: 'Lower `max` or `backoff_sec`, or leave it where the step may take so long. An information.',
  P014: 'Give the newer plan a new UUID; the older one keeps its history. The editor offers one. A warning.',
  P015: 'Write a new UUID or a full date with time and zone. The editor offers both.',
  P016: 'Write the path relative to the project, with `/`, to a file inside it.',
  P019: 'Set `version` to `1.1`. The editor offers it.',
  P020: 'Name a step of the plan. The editor offers the nearest one.',
  P021: 'Remove one of the edges that the message shows, or write `"depends_on": []` where a step need not wait for the one before it.',
  P022: 'Write `psql -v ON_ERROR_STOP=1`, or make `psql` the first word of a list. A warning.',
  P023: 'Correct the pattern; it is one as in JavaScript.',
  P024: 'Ask the catalogue of the target’s own kind of database, such as `pg_indexes` or `sqlite_schema`. An information.',
};

if (process.argv[1] === fileURLToPath(import.meta.url))
  await writeReference(process.argv[2] ?? join(root, 'docs/reference'));
