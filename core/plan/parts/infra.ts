import type { FoundInfra } from '../../model/found-parts.ts';
import { byFolder } from './by-folder.ts';

/** The folder of Terraform files that is meant: the one nearest to the top. What lies in a folder `modules` is used by others. */
export function infraIn(files: readonly string[]): {
  readonly found: FoundInfra | undefined;
  readonly notes: readonly string[];
} {
  const folders = [...byFolder(files.filter((path) => path.endsWith('.tf'))).keys()].filter(
    (folder) => !folder.split('/').includes('modules'),
  );
  const depth = (folder: string) => (folder === '' ? 0 : folder.split('/').length);
  const [first, ...others] = folders.toSorted((a, b) => depth(a) - depth(b));
  if (first === undefined) return { found: undefined, notes: [] };
  const isCertain = others.every((folder) => depth(folder) > depth(first));
  const hasVariableFiles = (byFolder(files).get(first) ?? []).some(isVariableFile);
  return { found: { folder: first, hasVariableFiles, isCertain }, notes: others.length > 0 ? [noteOf(others)] : [] };
}

/** A file of variables that Terraform does not read by itself. */
const isVariableFile = (path: string): boolean =>
  /\.tfvars$/.test(path) && !/(?:^|\/)terraform\.tfvars$|\.auto\.tfvars$/.test(path);

const noteOf = (folders: readonly string[]): string =>
  `There is more Terraform in ${folders.map((folder) => JSON.stringify(folder)).join(', ')}: "infra" takes one folder.`;
