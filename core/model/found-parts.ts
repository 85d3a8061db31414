import type { Backend } from './connection.ts';

/** What was seen of a folder that is to become a project. Paths are relative to it, with `/`; a folder is `''` for the project itself. */
export interface SeenFolder {
  /** Files, those nearest to the top first. */
  readonly files: readonly string[];
  /** The texts of the files that `isReadForParts` asks for. */
  readonly texts: ReadonlyMap<string, string>;
  /** Files that begin as SQLite databases do. */
  readonly sqliteFiles: readonly string[];
  /** What was not looked at, for people. */
  readonly notes: readonly string[];
}

/** Files of migrations in one folder. */
export interface FoundMigrations {
  readonly folder: string;
  /** How many files would be run; rollbacks, snapshots and files without a version are none of them. */
  readonly count: number;
}

export type PackageManager = 'npm' | 'pnpm' | 'yarn';
export type PackageScript = 'build' | 'test' | 'deploy';

/** A `package.json` with scripts that a deployment may run. */
export interface FoundPackage {
  readonly folder: string;
  readonly manager: PackageManager;
  readonly scripts: readonly PackageScript[];
}

/** Supabase functions, by name. `folder` is the one that holds `supabase`. */
export interface FoundFunctions {
  readonly folder: string;
  readonly names: readonly string[];
}

/** Systemd units in one folder, by file name; `hasTemplates` where others there are templates (`worker@.service`), which nobody restarts. */
export interface FoundServices {
  readonly folder: string;
  readonly files: readonly string[];
  readonly hasTemplates: boolean;
}

/** A folder of Terraform files. */
export interface FoundInfra {
  readonly folder: string;
  readonly hasVariableFiles: boolean;
  /** Whether it is the only one that can be meant. */
  readonly isCertain: boolean;
}

/** What a folder tells of its databases. Of environment files only names are known, never values. */
export interface DatabaseSigns {
  /** Kinds of database that the project's own programs or folders speak of. */
  readonly dialects: readonly Backend[];
  readonly sqliteFiles: readonly string[];
  /** Variables that hold an address, such as `DATABASE_URL`; the likeliest first. */
  readonly addresses: readonly string[];
  readonly passwords: readonly string[];
  readonly users: readonly string[];
}

/** What was found in a folder that can be deployed, and what was found and left out. */
export interface FoundParts {
  readonly migrations: readonly FoundMigrations[];
  readonly packages: readonly FoundPackage[];
  readonly functions: readonly FoundFunctions[];
  readonly services: readonly FoundServices[];
  /** Folders that hold a Dockerfile. */
  readonly images: readonly string[];
  readonly infra: FoundInfra | undefined;
  /** Whether there is a `deploy.sh` that nothing else runs. */
  readonly hasDeployScript: boolean;
  readonly signs: DatabaseSigns;
  /** Variables of a Supabase project that its environment files name. */
  readonly supabaseVariables: readonly string[];
  /** What the project calls itself; undefined where it does not. */
  readonly name: string | undefined;
  /** What was found and left out, and why; for people. */
  readonly notes: readonly string[];
}
