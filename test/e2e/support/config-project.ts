import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Page } from 'playwright-core';
import { clean } from './deployments.ts';

/** A config with a comment, three targets and three groups; nobody listens where `gone` is. */
const config = `{
  // What we deploy.
  "project": "parts",
  "connections": {
    "local": { "backend": "sqlite", "file": "data/local.db" },
    "gone": {
      "backend": "postgresql", "host": "127.0.0.1", "port": 1, "database": "parts", "username": "parts",
      "ssl_mode": "disable"
    }
  },
  "targets": {
    "local": { "name": "This machine", "kind": "local", "connection_ref": "local" },
    "gone": { "kind": "staging", "connection_ref": "gone" },
    "live": { "name": "Live", "kind": "production", "connection_ref": "local" }
  },
  "groups": [
    { "name": "tables", "order": 1, "file_patterns": ["db/*.sql"] },
    { "name": "site", "order": 2, "build_command": "echo built > built.txt" },
    {
      "name": "functions", "order": 2, "file_patterns": ["functions/{function_name}/index.ts"],
      "deploy_command": "echo {function_name} > deployed.txt"
    }
  ]
}
`;

const files: Readonly<Record<string, string>> = {
  'deploy-config.json': config,
  'db/V1__parts.sql': 'CREATE TABLE parts (id integer PRIMARY KEY);\n',
  'functions/welcome/index.ts': 'export {};\n',
};

/** For `prepare` of a window on the example: it deploys by a config with groups instead of a plan document. */
export async function deployByConfig(page: Page, workspace: string): Promise<void> {
  await clean(page, workspace);
  for (const name of ['deployments', 'migrations', 'mended'])
    await rm(join(workspace, name), { recursive: true, force: true });
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(workspace, path)), { recursive: true });
    await writeFile(join(workspace, path), text);
  }
}

export const configText = (workspace: string): Promise<string> =>
  readFile(join(workspace, 'deploy-config.json'), 'utf8');
