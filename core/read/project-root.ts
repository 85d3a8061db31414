/** True for the name of a file that is a deploy config. Spec: vocabulary, "deploy config". */
export const isDeployConfigName = (name: string): boolean =>
  name === 'deploy-config.json' || name === 'deploy-config.jsonc' || name.endsWith('.deploy-config.json');

/**
 * The deploy config among the names of a folder's files: `deploy-config.json`, else `deploy-config.jsonc`, else the first
 * `*.deploy-config.json`; undefined where there is none.
 */
export function deployConfigIn(names: readonly string[]): string | undefined {
  return (
    ['deploy-config.json', 'deploy-config.jsonc'].find((name) => names.includes(name)) ??
    names.filter(isDeployConfigName).sort()[0]
  );
}

/**
 * The folder of the project that a plan document belongs to: the nearest folder upwards that holds a deploy config or a
 * `deployments` folder with the document in it, else the document's own folder. `file` is absolute, or relative to a folder above the
 * project; with `/`. `holdsConfig` is asked with folders written in the same way. Spec: vocabulary, "project".
 */
export function projectRootOf(file: string, holdsConfig: (folder: string) => boolean): string {
  const own = parentOf(file);
  for (let folder = own; ; folder = parentOf(folder)) {
    if (holdsConfig(folder)) return folder;
    const parent = parentOf(folder);
    if (folder.slice(folder.lastIndexOf('/') + 1) === 'deployments' && parent !== folder) return parent;
    if (parent === folder) return own;
  }
}

/** The folder above; of a root, the root itself. The folder above `a` is `.`. */
function parentOf(path: string): string {
  if (path === '/' || path === '.' || /^[A-Za-z]:\/?$/.test(path)) return path;
  const slash = path.lastIndexOf('/');
  if (slash === -1) return '.';
  if (slash === 0) return '/';
  const parent = path.slice(0, slash);
  return /^[A-Za-z]:$/.test(parent) ? `${parent}/` : parent;
}
