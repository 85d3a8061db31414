import { describe, expect, it } from 'vitest';
import { languageProject } from '../support/language-project.ts';
import { seedDocuments } from '../support/seed-documents.ts';

describe('the documents that people begin with', () => {
  const seeds = seedDocuments();

  it('are those of the specification, of the example project and of the documentation', () => {
    expect(seeds.filter(({ name }) => name.startsWith('examples/')).length).toBeGreaterThanOrEqual(2);
    expect(seeds.filter(({ name }) => name.startsWith('docs/')).length).toBeGreaterThanOrEqual(5);
  });

  it.each(seeds)('have no mistake: $name', ({ file, text, scripts }) => {
    const project = languageProject({ ...Object.fromEntries(scripts.map((script) => [script, ''])), [file]: text });
    const found = project.document(file).check();
    expect(found.filter(({ severity }) => severity === 'error' || severity === 'warning')).toEqual([]);
  });
});
