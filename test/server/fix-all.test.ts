import { describe, expect, it } from 'vitest';
import { documentFeatures as features } from '../../server/language-features.ts';
import { exampleScripts, exampleText, mistakes } from '../fixtures/plans/mistakes.ts';
import { fixedAll } from '../support/fix-all.ts';
import { type LanguageProject, languageProject } from '../support/language-project.ts';

const file = 'deployments/x.srdeploy';
const scripts = Object.fromEntries(exampleScripts.map((script) => [script, '']));
const whole = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };

const actions = (project: LanguageProject, only?: string[]) =>
  features.codeAction(
    project.document(file),
    { textDocument: { uri: project.uri(file) }, range: whole, context: { diagnostics: [], ...(only && { only }) } },
    project.around,
  );

/** The text once everything has been fixed, as often as something could be. */
const fixed = (text: string): string => {
  const { around } = languageProject({});
  return fixedAll(text, (now) => languageProject({ ...scripts, [file]: now }).document(file), around);
};

describe('fix all', () => {
  it.each(mistakes.filter(({ fix }) => fix !== undefined).map((one) => [one.name, one.text] as const))(
    'leaves nothing of %s that has one fix',
    (_, text) => {
      const project = languageProject({ ...scripts, [file]: fixed(text) });
      const left = project.document(file).check();
      expect(left.filter(({ fixes }) => fixes.length === 1)).toEqual([]);
    },
  );

  it('mends several mistakes of one document', () => {
    const text = exampleText.replace('"step_2"', '"step_1"').replace('"non_empty"', '"nonempty"');
    expect(fixed(text)).toBe(exampleText);
  });

  it('has nothing for a document without mistakes, and is no quick fix', () => {
    const project = languageProject({ ...scripts, [file]: exampleText });
    expect(actions(project, ['source.fixAll'])).toEqual([]);
    const broken = languageProject({ ...scripts, [file]: exampleText.replace('"step_2"', '"step_1"') });
    expect(actions(broken).map(({ kind }) => kind)).not.toContain('source.fixAll.srdeploy');
    expect(actions(broken, ['source']).map(({ kind }) => kind)).toEqual(['source.fixAll.srdeploy']);
  });
});
