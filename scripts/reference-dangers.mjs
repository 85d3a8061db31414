// Writes docs/reference/danger-rules.md from the rules themselves.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

const engines = { postgresql: 'PostgreSQL', mysql: 'MySQL, MariaDB', sqlite: 'SQLite', firebird: 'Firebird' };
const categories = [
  ['data-loss', 'Data loss', 'Values or rows go that no later statement brings back.'],
  [
    'breaks-running-code',
    'Breaks running code',
    'Versions of the code that run while the migration does, or just after it, fail.',
  ],
  [
    'rewrite',
    'Table rewrite',
    'The server writes the whole table anew, and others cannot use it or write to it meanwhile.',
  ],
  ['long-lock', 'Long lock', 'Others wait for as long as something is read, built or copied.'],
  ['irreversible', 'Irreversible', 'There is no way back, or not the whole way.'],
  ['not-transactional', 'Not transactional', 'What was done before a failure stays.'],
  ['hygiene', 'Hygiene', 'No harm by itself, but it invites some, or the statement fails.'],
];

/** The page, without its first line. */
export async function dangerPage() {
  const rules = await loadRules();
  const sections = categories.map(([category, title, intro]) => {
    const rows = rules.filter((rule) => rule.category === category).map(row);
    return `## ${title}\n\n${intro}\n\n| code | word | severity | engines | found | safer form |\n| --- | --- | --- | --- | --- | --- |\n${rows.join('\n')}\n`;
  });
  return `
# Rules of the danger report

What the [danger report](../danger-report.md) looks for in migrations. A code or its word stands in comments that allow a finding and in
the section \`rules\` of the deploy config. "Off" rules find nothing until the deploy config gives them a severity. On production, errors
and warnings of the first four kinds must be confirmed by name.

${sections.join('\n')}`;
}

function row({ code, id, severity, dialects, isOptIn, what, safer }) {
  const where = dialects
    ? dialects
        .filter((one) => engines[one])
        .map((one) => engines[one])
        .join(', ')
    : 'all';
  return `| \`${code}\` | \`${id}\` | ${isOptIn ? 'off' : severity} | ${where} | ${cell(what)} | ${cell(safer)} |`;
}

const cell = (text) => text.replaceAll('|', '\\|');

async function loadRules() {
  const contents =
    "export { dangerRules } from './core/rules/danger-rules.ts'; export { unsoundAllowances } from './core/rules/unsound-allowances.ts';";
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: root, loader: 'ts' },
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'neutral',
    mainFields: ['module', 'main'],
  });
  const url = `data:text/javascript;base64,${Buffer.from(outputFiles[0].text).toString('base64')}`;
  const { dangerRules, unsoundAllowances } = await import(url);
  return [...dangerRules, ...unsoundAllowances([])];
}
