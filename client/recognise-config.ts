import { languages, type TextDocument } from 'vscode';
import { isDeployConfigText } from '../core/index.ts';
import { languageIds } from './names.ts';

/**
 * Gives JSON documents of other names the language of deploy configs where they say that they are one: by `$schema`, or by groups as only a
 * deploy config has them. Once for each document, so that who chooses another language keeps it.
 */
export function createRecogniser(): (document: TextDocument) => void {
  const seen = new Set<string>();
  return (document) => {
    const key = document.uri.toString();
    if (seen.has(key) || !isDeployConfigText(document.getText())) return;
    seen.add(key);
    void languages.setTextDocumentLanguage(document, languageIds.config);
  };
}
