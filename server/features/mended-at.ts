import { readSource } from '../../core/index.ts';
import type { OpenDocument } from '../open-document.ts';
import type { Caret } from './caret.ts';

/**
 * The document as if what stands at the caret were finished: a half-typed key or value no longer swallows what follows it, so that
 * its neighbours are read as they are meant. Paths hold in both; offsets behind the caret do not.
 */
export function mendedAt(document: OpenDocument, caret: Caret): OpenDocument {
  const { text, file } = document.source;
  const placeholder = caret.wants === 'value' ? 'null' : caret.hasColon ? '""' : '"": null';
  const comma = { before: caret.commaAt === undefined ? '' : ',', after: caret.commaAfter ? ',' : '' };
  const mended = text.slice(0, caret.start) + comma.before + placeholder + comma.after + text.slice(caret.end);
  const source = readSource(file, mended, document.kind === 'plan' ? 'json' : 'jsonc');
  return { ...document, source, schema: { ...document.schema, root: source.root } };
}
