import { parse } from 'jsonc-parser';
import { languages, type TextDocument } from 'vscode';
import { languageIds } from './names.ts';

const OUR_SCHEMA = /(?:^|[/\\])deploy-config\.schema\.json(?:$|[?#])/;

/**
 * Gives JSON documents of other names the language of deploy configs where they say that they are one: by `$schema`, or by groups as only a
 * deploy config has them. Once for each document, so that who chooses another language keeps it.
 */
export function createRecogniser(): (document: TextDocument) => void {
  const seen = new Set<string>();
  return (document) => {
    const key = document.uri.toString();
    if (seen.has(key) || !isDeployConfig(document.getText())) return;
    seen.add(key);
    void languages.setTextDocumentLanguage(document, languageIds.config);
  };
}

/** Whether a JSON text with comments names our schema, or has groups with a name, an order and files or a command. */
export function isDeployConfig(text: string): boolean {
  const root: unknown = parse(text, [], { allowTrailingComma: true });
  if (!isObject(root)) return false;
  if (typeof root.$schema === 'string') return OUR_SCHEMA.test(root.$schema);
  return Array.isArray(root.groups) && root.groups.length > 0 && root.groups.every(isGroup);
}

const isGroup = (value: unknown): boolean =>
  isObject(value) &&
  typeof value.name === 'string' &&
  typeof value.order === 'number' &&
  ['file_patterns', 'deploy_command', 'build_command'].some((name) => Object.hasOwn(value, name));

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
