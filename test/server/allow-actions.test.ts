import { describe, expect, it } from 'vitest';
import type { Diagnostic, TextDocumentEdit } from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { diagnosticsOf } from '../../server/features/diagnostics.ts';
import { documentFeatures as features, languageFeatures } from '../../server/language-features.ts';
import { languageProject } from '../support/language-project.ts';

const file = 'deploy-config.json';
const text = '{\n  "groups": [\n    { "name": "a", "deploy_command": "TOKEN=abcdef up" }\n  ]\n}\n';
const range = { start: { line: 2, character: 0 }, end: { line: 2, character: 60 } };
const nothing = () => {};

describe('the quick fix that allows a finding', () => {
  it('puts a comment above it in a deploy config, which has an effect once the reason is written', () => {
    const project = languageProject({ [file]: text });
    const diagnostics = diagnosticsOf(project.document(file), nothing);
    const [action] = features.codeAction(
      project.document(file),
      { textDocument: { uri: project.uri(file) }, range, context: { diagnostics } },
      project.around,
    );
    expect(action?.title).toBe('Allow C009 here; write the reason behind it');
    const [change] = (action?.edit?.documentChanges ?? []) as readonly TextDocumentEdit[];
    const allowed = TextDocument.applyEdits(project.text(file), (change?.edits ?? []) as never);
    const codesOf = (of: string) =>
      diagnosticsOf(languageProject({ [file]: of }).document(file), nothing).map(({ code }) => code);
    expect(codesOf(allowed)).toEqual(['C018', 'C009']);
    expect(codesOf(allowed.replace('allow C009 ', 'allow C009 a token for tests'))).toEqual([]);
  });

  it('does the same above a statement of a script, with its indentation, for the danger report alone', () => {
    const script = 'BEGIN;\n  DROP TABLE a;\n';
    const at = { start: { line: 1, character: 2 }, end: { line: 1, character: 14 } };
    const found: Diagnostic[] = [
      { code: 'M001', source: 'srdeploy', range: at, message: '' },
      { code: 'M098', source: 'srdeploy', range: at, message: '' },
      { code: 'M001', source: 'other', range: at, message: '' },
    ];
    const uri = 'file:///m/V1__a.sql';
    const actions = languageFeatures.allowInScript(uri, script, {
      textDocument: { uri },
      range: at,
      context: { diagnostics: found },
    });
    expect(actions).toHaveLength(1);
    const [change] = (actions[0]?.edit?.documentChanges ?? []) as readonly TextDocumentEdit[];
    expect(TextDocument.applyEdits(TextDocument.create(uri, 'sql', 1, script), (change?.edits ?? []) as never)).toBe(
      'BEGIN;\n  -- srdeploy: allow M001 \n  DROP TABLE a;\n',
    );
  });
});
