import { getLanguageService, type JSONSchema, type LanguageService } from 'vscode-json-languageservice';
import { planDocumentSchema } from '../../core/index.ts';

export const peerName = 'vscode-json-languageservice';

/** The library inside VS Code's JSON server, in our process, with our schema for plans. */
export function planService(): LanguageService {
  const service = getLanguageService({ clientCapabilities: { textDocument: { completion: {} } } });
  const schema = planDocumentSchema as unknown as JSONSchema;
  service.configure({
    validate: true,
    schemas: [{ uri: 'bench://plan.schema.json', fileMatch: ['*.srdeploy'], schema }],
  });
  return service;
}
