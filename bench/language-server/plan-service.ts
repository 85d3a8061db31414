import { getLanguageService, type JSONSchema, type LanguageService } from 'vscode-json-languageservice';
import { deployConfigSchema, planDocumentSchema } from '../../core/index.ts';

export const peerName = 'vscode-json-languageservice';

/** The library inside VS Code's JSON server, in our process, with our schemas for plans and deploy configs. */
export function planService(): LanguageService {
  const service = getLanguageService({ clientCapabilities: { textDocument: { completion: {} } } });
  const schemaFor = (name: string, schema: unknown, pattern: string) => ({
    uri: `bench://${name}.schema.json`,
    fileMatch: [pattern],
    schema: schema as JSONSchema,
  });
  service.configure({
    validate: true,
    schemas: [
      schemaFor('plan', planDocumentSchema, '*.srdeploy'),
      schemaFor('config', deployConfigSchema, 'deploy-config.json'),
    ],
  });
  return service;
}
