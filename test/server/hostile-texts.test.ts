import { describe, expect, it } from 'vitest';
import { allAnswers, isInside, rangesIn } from '../support/all-answers.ts';
import { hostileTexts, isJson } from '../support/hostile-texts.ts';
import { languageProject } from '../support/language-project.ts';

const plan = 'deployments/x.srdeploy';
const files = [plan, 'deploy-config.json'];

describe('texts that parsers stumble over', () => {
  it.each(files)(
    'are answered by every feature as %s, about places that they have',
    (file) => {
      const outside: string[] = [];
      for (const { name, text } of hostileTexts) {
        const project = languageProject({ [file]: text });
        const written = project.text(file);
        for (const offset of new Set([0, text.length >> 1, text.length])) {
          const answers = allAnswers(project.document(file), written.positionAt(offset), project.around);
          for (const [feature, answer] of Object.entries(answers))
            if (rangesIn(answer, written.uri).some((range) => !isInside(written, range)))
              outside.push(`${name}: ${feature}`);
        }
      }
      expect(outside).toEqual([]);
    },
    60_000,
  );

  it('are JSON to us where they are to V8, unless they are nested deeper than may be', () => {
    const wrong = hostileTexts.filter(({ text }) => {
      const problems = languageProject({ [plan]: text })
        .document(plan)
        .check();
      const isOurs = !problems.some(({ code }) => code === 'JSON_SYNTAX');
      const isDeep = problems.some(({ code }) => code === 'JSON_TOO_DEEP');
      return !isDeep && isOurs !== isJson(text);
    });
    expect(wrong.map(({ name }) => name)).toEqual([]);
  });
});
