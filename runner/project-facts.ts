import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import {
  type ConfigReading,
  excludedFolders,
  type Facts,
  noRuleSettings,
  type RuleSettings,
  readDeployConfig,
} from '../core/index.ts';
import { projectIn } from './project.ts';

const mostScripts = 20_000;

/** What rules may know of a project on this machine, looked up at the moment it is asked for. */
export function projectFacts(root: string, { checkConfig = readDeployConfig }: ConfigReading = {}): Facts {
  const inside = realpathSync.native(root) + sep;
  let scripts: readonly string[] | undefined;
  let rules: RuleSettings | undefined;
  return {
    scriptAt(path) {
      const absolute = join(root, path);
      const stat = statSync(absolute, { throwIfNoEntry: false });
      if (!stat?.isFile()) return 'missing';
      return realpathSync.native(absolute).startsWith(inside) ? 'present' : 'outside';
    },
    scripts: () => {
      scripts ??= sqlFilesBelow(root);
      return scripts;
    },
    rules: () => {
      rules ??= rulesIn(root, checkConfig);
      return rules;
    },
  };
}

/** What the deploy config says of rules; one that cannot be read, or has errors, is told by whoever needs more of it. */
function rulesIn(root: string, read: typeof readDeployConfig): RuleSettings {
  const { configFile } = projectIn(root);
  if (configFile === undefined) return noRuleSettings;
  try {
    return read(configFile, readFileSync(join(root, configFile), 'utf8')).config?.rules ?? noRuleSettings;
  } catch {
    return noRuleSettings; // Planning reads the file too, and says that it cannot be read.
  }
}

/** Paths of the project's files with an ending, relative with `/`, in the order of their names; bounded. */
export function filesBelow(root: string, ending: string): readonly string[] {
  const found: string[] = [];
  const visit = (folder: string) => {
    for (const entry of entriesOf(join(root, folder))) {
      if (found.length >= mostScripts) return;
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (excludedFolders.includes(entry.name)) continue;
      if (entry.isDirectory()) visit(path);
      else if (entry.isFile() && entry.name.endsWith(ending)) found.push(path);
    }
  };
  visit('');
  return found;
}

const sqlFilesBelow = (root: string): readonly string[] => filesBelow(root, '.sql');

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch {
    return []; // A folder that cannot be read has no scripts to suggest.
  }
}
