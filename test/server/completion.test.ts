import { describe, expect, it } from 'vitest';
import { jsonValueOf, readSource } from '../../core/index.ts';
import { caretAt } from '../../server/features/caret.ts';
import { completionsAt } from '../../server/features/completion.ts';
import { mendedAt } from '../../server/features/mended-at.ts';
import { exampleText } from '../fixtures/plans/mistakes.ts';
import { languageProject } from '../support/language-project.ts';

const PLAN = 'deployments/x.srdeploy';

/** What is proposed where `|` stands in a plan, among other files. */
function proposed(marked: string, files: Readonly<Record<string, string>> = {}, more = {}) {
  const offset = marked.indexOf('|');
  const project = languageProject({ ...files, [PLAN]: marked.replace('|', '') }, more);
  const position = project.text(PLAN).positionAt(offset);
  return completionsAt(project.document(PLAN), position, project.around);
}

describe('a document that is mended at the caret', () => {
  it('is read as its text with a placeholder there would be, at every offset of a sound text', () => {
    const text = exampleText.replace('"steps": [', '"tags": [ "a", [], {} ],\n  "steps": [');
    const document = languageProject({ [PLAN]: text }).document(PLAN);
    expect(document.source.problems).toEqual([]);
    const places = [...text].flatMap((_, offset) => caretAt(text, offset) ?? []);
    const compared = places.filter((caret) => {
      const placeholder = caret.wants === 'value' ? 'null' : caret.hasColon ? '""' : '"": null';
      const before = text.slice(0, caret.start) + (caret.commaAt === undefined ? '' : ',');
      const mended = before + placeholder + (caret.commaAfter ? ',' : '') + text.slice(caret.end);
      const { root, problems } = readSource('x', mended, 'json');
      // In front of a value that is there already, a placeholder cannot be written, but it can stand for the value.
      if (!root || problems.length > 0) return false;
      const ours = mendedAt(document, caret).source.root;
      expect(ours && jsonValueOf(ours)).toEqual(jsonValueOf(root));
      return true;
    });
    expect(new Set(compared.map(({ wants, start, end }) => `${wants} ${start === end}`)).size).toBe(4);
    expect(compared.length).toBeGreaterThan(places.length * 0.9);
  });
});

describe('the completion of a script path in a project with many', () => {
  const files = Object.fromEntries(
    Array.from({ length: 1_000 }, (_, index) => [`m/V${String(index + 1).padStart(4, '0')}__change.sql`, 'SELECT 1;']),
  );
  const labels = (typed: string) => {
    const { isIncomplete, items } = proposed(`{ "steps": [ { "type": "migration", "script": "${typed}" } ] }`, files);
    return { isIncomplete, labels: items.map(({ label }) => label) };
  };

  it('has the hundred best of them, and says that there are more', () => {
    const found = labels('|');
    expect(found.isIncomplete).toBe(true);
    expect(found.labels).toEqual(Object.keys(files).slice(0, 100));
  });

  it('has what fits what is typed up to the caret, what begins with it first', () => {
    expect(labels('m/V01|00__x.sql').labels.slice(0, 2)).toEqual(['m/V0100__change.sql', 'm/V0101__change.sql']);
    expect(labels('0777|')).toEqual({ isIncomplete: false, labels: ['m/V0777__change.sql'] });
    expect(labels('mv0777|').labels).toEqual(['m/V0777__change.sql']);
  });

  it('has the one that was meant by a mistyped path, before the others', () => {
    const { items } = proposed('{ "steps": [ { "script": "m/V0777__chnage.sql|" } ] }', files);
    expect(items[0]).toMatchObject({ label: 'm/V0777__change.sql', filterText: '"m/V0777__chnage.sql"' });
  });
});

describe('the completion of a script path among several plans', () => {
  const files = {
    ...Object.fromEntries(['V1__a', 'V2__b', 'V3__c', 'V4__d', 'R4__d'].map((name) => [`m/${name}.sql`, 'SELECT 1;'])),
    'deployments/other.srdeploy': '{ "steps": [ { "type": "migration", "script": "m/V2__b.sql" } ] }',
  };
  const { items } = proposed(
    '{ "steps": [ { "type": "migration", "script": "m/V1__a.sql" }, { "script": "|" } ] }',
    files,
  );

  it('has first what no plan uses, and says which plan uses the others', () => {
    expect(items.map(({ label, detail }) => [label, detail])).toEqual([
      ['m/V3__c.sql', undefined],
      ['m/V4__d.sql', undefined],
      ['m/R4__d.sql', undefined],
      ['m/V2__b.sql', 'used in deployments/other.srdeploy'],
      ['m/V1__a.sql', 'used in this plan'],
    ]);
  });

  it('says which script each proposal stands for', () => {
    expect(items.map(({ data }) => data)).toEqual(items.map(({ label }) => ({ script: label })));
  });
});

describe('the stretch that a completion replaces', () => {
  const marked = '{\n  "target_env": { "backend": "|" }\n}';

  it('is said once, for editors that take it so', () => {
    const { items, itemDefaults } = proposed(marked, {}, { sharesEditRange: true });
    const editRange = { start: { line: 1, character: 29 }, end: { line: 1, character: 31 } };
    expect(itemDefaults).toEqual({ editRange });
    expect(items[0]).toMatchObject({ textEditText: '"scratchbird"' });
    expect(items.some(({ textEdit }) => textEdit)).toBe(false);
  });

  it('is said of each item for other editors', () => {
    const { items, itemDefaults } = proposed(marked);
    const range = { start: { line: 1, character: 29 }, end: { line: 1, character: 31 } };
    expect(itemDefaults).toBeUndefined();
    expect(items[0]?.textEdit).toEqual({ range, newText: '"scratchbird"' });
  });
});
