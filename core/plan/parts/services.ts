import type { FoundServices } from '../../model/found-parts.ts';
import { baseName } from '../named-file.ts';
import { byFolder } from './by-folder.ts';
import { isPlain } from './plain-path.ts';

/** Systemd units by folder. A template, `worker@.service`, is no unit that anybody could restart. */
export function servicesIn(files: readonly string[]): readonly FoundServices[] {
  const units = files.filter((path) => /[^/]\.service$/.test(path) && !baseName(path).startsWith('.'));
  return [...byFolder(units)].flatMap(([folder, paths]) => {
    const names = paths.map(baseName);
    const real = names.filter((name) => !name.endsWith('@.service'));
    const hasTemplates = real.length < names.length;
    // Beside a template the units are named one by one, as far as they can be.
    const named = hasTemplates ? real.filter(isPlain) : real;
    return named.length > 0 ? [{ folder, files: named, hasTemplates }] : [];
  });
}
