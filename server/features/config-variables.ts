import { nodeAt, propertiesOf, propertyOf } from '../../core/index.ts';
import type { OpenDocument } from '../open-document.ts';
import { namesIn } from './names.ts';

export interface ConfigVariable {
  readonly name: string;
  /** Its description, or that it is used only. */
  readonly detail: string | undefined;
}

/** Variables that are described in the config, and those that its commands use; the described ones first. */
export function variablesOf(document: OpenDocument): readonly ConfigVariable[] {
  const described = new Map(
    propertiesOf(nodeAt(document.source.root, ['environment'])).map(({ key, value }) => [
      String(key.value),
      propertyOf(value, 'description')?.value.value,
    ]),
  );
  const used = namesIn(document).flatMap(({ kind, name }) => (kind === 'variable' ? [name] : []));
  return [...new Set([...described.keys(), ...used])].map((name) => {
    const description: unknown = described.get(name);
    const detail = typeof description === 'string' ? description : described.has(name) ? undefined : 'used here';
    return { name, detail };
  });
}
