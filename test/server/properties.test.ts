import fc from 'fast-check';
import { createScanner } from 'jsonc-parser';
import { describe, expect, it } from 'vitest';
import type { TextDocumentEdit } from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { documentFeatures as features } from '../../server/language-features.ts';
import { namesOf } from '../../server/project-documents.ts';
import { allAnswers, isInside, rangesIn } from '../support/all-answers.ts';
import { editedText } from '../support/edited-text.ts';
import { fixedAll } from '../support/fix-all.ts';
import { fixtureCases } from '../support/fixtures/fixture-case.ts';
import { type LanguageProject, languageProject } from '../support/language-project.ts';

const cases = fixtureCases();
const shop = Object.fromEntries(cases.find(({ name }) => name === 'shop')?.files ?? []);
const commands = { plan: 'plan', run: 'run', dryRun: 'dryRun', migrationStatus: 'migrationStatus' };

/** The shop with one of its documents written otherwise. */
const shopWith = (file: string, text: string): LanguageProject =>
  languageProject({ ...shop, [file]: text }, { commands });

/** Good documents and bad ones of every fixture, by the place of a document of their kind in the shop. */
const textsOf = (ending: string): readonly string[] =>
  cases.flatMap(({ documents }) => documents.filter(({ file }) => file.endsWith(ending)).map(({ text }) => text));
const kinds = [
  { file: 'deployments/orders.srdeploy', texts: textsOf('.srdeploy') },
  { file: 'deploy-config.jsonc', texts: [...textsOf('.json'), ...textsOf('.jsonc')] },
];

const edited = fc
  .constantFrom(...kinds)
  .chain(({ file, texts }) => fc.record({ file: fc.constant(file), text: editedText(texts) }));

describe('whatever is cut out of a document, put into it or doubled', () => {
  it('no feature throws, and everything that one points at is in the document', () => {
    fc.assert(
      fc.property(edited, fc.double({ min: 0, max: 1, noNaN: true }), ({ file, text }, share) => {
        const project = shopWith(file, text);
        const written = project.text(file);
        const position = written.positionAt(Math.round(share * text.length));
        const answers = allAnswers(project.document(file), position, project.around);
        const outside = Object.entries(answers).flatMap(([feature, answer]) =>
          rangesIn(answer, written.uri)
            .filter((range) => !isInside(written, range))
            .map((range) => [feature, range]),
        );
        expect(outside).toEqual([]);
        for (const { startLine, endLine } of answers.foldingRange as { startLine: number; endLine: number }[])
          expect([0 <= startLine, startLine < endLine, endLine < written.lineCount]).toEqual([true, true, true]);
      }),
      { numRuns: 400 },
    );
  });

  it('what a completion replaces is on the line of the caret and around it, and what it adds elsewhere is not in it', () => {
    fc.assert(
      fc.property(edited, fc.double({ min: 0, max: 1, noNaN: true }), ({ file, text }, share) => {
        const project = shopWith(file, text);
        const written = project.text(file);
        const caret = Math.round(share * text.length);
        const position = written.positionAt(caret);
        const params = { textDocument: { uri: written.uri }, position };
        const { items } = features.completion(project.document(file), params, project.around);
        for (const { textEdit, additionalTextEdits = [] } of items) {
          if (!textEdit || !('range' in textEdit)) throw new Error('A completion says what it replaces.');
          const { start, end } = textEdit.range;
          expect([start.line, end.line]).toEqual([position.line, position.line]);
          expect(start.character).toBeLessThanOrEqual(position.character);
          expect(end.character).toBeGreaterThanOrEqual(position.character);
          for (const { range } of additionalTextEdits)
            expect(written.offsetAt(range.end)).toBeLessThanOrEqual(written.offsetAt(start));
        }
      }),
      { numRuns: 400 },
    );
  });

  it('fixing everything comes to an end at which nothing with one fix is left', () => {
    fc.assert(
      fc.property(edited, ({ file, text }) => {
        const { around } = shopWith(file, text);
        const after = fixedAll(text, (now) => shopWith(file, now).document(file), around);
        const left = shopWith(file, after).document(file).check();
        expect(left.filter(({ fixes }) => fixes.length === 1)).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});

/** What a text says, whatever stands between: values, brackets, commas and comments, these without the space at the ends of their lines. */
function wordsOf(text: string): readonly string[] {
  const scanner = createScanner(text, true);
  const words: string[] = [];
  for (let token: number = scanner.scan(); token !== 17; token = scanner.scan()) {
    const word = text.slice(scanner.getTokenOffset(), scanner.getTokenOffset() + scanner.getTokenLength());
    if (word.trim() !== '') words.push(word.replaceAll(/^[ \t]+|[ \t\r]+$/gm, ''));
  }
  return words;
}

const space = fc.constantFrom('', ' ', '  ', '\t', '\n', '\n\n', '\n      ', ' \n');
const comment = fc.constantFrom(' // said\n', '\n// said\n', '/* said */', '\n  /* said\n   * twice */\n');

/** A document of the shop in another layout. */
const laidOut = fc.constantFrom(...kinds).chain(({ file }) => {
  const words = wordsOf(shop[file] ?? '').filter((word) => !/^\/[/*]/.test(word));
  const between = file.endsWith('.srdeploy')
    ? space
    : fc.oneof({ weight: 9, arbitrary: space }, { weight: 1, arbitrary: comment });
  return fc.record({
    file: fc.constant(file),
    text: fc
      .tuple(fc.array(between, { minLength: words.length, maxLength: words.length }), fc.boolean())
      .map(([gaps, isWindows]) => {
        const text = words.map((word, index) => word + gaps[index]).join('');
        return isWindows ? text.replaceAll('\n', '\r\n') : text;
      }),
  });
});

describe('formatting', () => {
  const options = fc.record({
    tabSize: fc.constantFrom(2, 4),
    insertSpaces: fc.boolean(),
    insertFinalNewline: fc.boolean(),
  });

  it('changes nothing a second time, and never what the document says', () => {
    fc.assert(
      fc.property(laidOut, options, ({ file, text }, chosen) => {
        const formatted = (now: string) => {
          const project = shopWith(file, now);
          const params = { textDocument: { uri: project.uri(file) }, options: chosen };
          return TextDocument.applyEdits(project.text(file), features.formatting(project.document(file), params));
        };
        expect(shopWith(file, text).document(file).source.problems).toEqual([]);
        const once = formatted(text);
        expect(wordsOf(once)).toEqual(wordsOf(text));
        expect(formatted(once)).toBe(once);
      }),
      { numRuns: 300 },
    );
  });

  it('of a stretch never changes what the document says', () => {
    fc.assert(
      fc.property(laidOut, options, fc.nat(30), fc.nat(30), ({ file, text }, chosen, line, more) => {
        const project = shopWith(file, text);
        const range = { start: { line, character: 0 }, end: { line: line + more, character: 0 } };
        const params = { textDocument: { uri: project.uri(file) }, options: chosen, range };
        const after = TextDocument.applyEdits(
          project.text(file),
          features.rangeFormatting(project.document(file), params),
        );
        expect(wordsOf(after)).toEqual(wordsOf(text));
      }),
      { numRuns: 200 },
    );
  });
});

describe('a rename', () => {
  const used = kinds.flatMap(({ file }) => {
    const document = languageProject(shop).document(file);
    return namesOf(document).map(({ range, kind, name }) => ({ file, range, kind, name }));
  });
  const newName = fc.oneof(
    fc.constantFrom('zz9', 'a b', 'a"b\\c', 'été🙂', 'A_1', 'x-y'),
    fc.string({ minLength: 1, maxLength: 12 }),
  );

  it('and the same back are as if nothing had been', () => {
    const kindsRenamed = new Set<string>();
    fc.assert(
      fc.property(fc.constantFrom(...used), newName, ({ file, range, kind, name }, other) => {
        const position = { line: range.start.line - 1, character: range.start.column - 1 };
        const there = renamed(shop, file, position, other);
        if (!there || other === name) return;
        kindsRenamed.add(kind);
        expect(there).not.toEqual(shop);
        expect(renamed(there, file, position, name)).toEqual(shop);
      }),
      { numRuns: 600 },
    );
    expect([...kindsRenamed].sort()).toEqual(['connection', 'database', 'group', 'step', 'target', 'variable']);
  });
});

type Files = Readonly<Record<string, string>>;

/** The files after a rename at a place; undefined where it is refused. */
function renamed(
  files: Files,
  file: string,
  position: { line: number; character: number },
  newName: string,
): Files | undefined {
  const project = languageProject(files);
  const params = { textDocument: { uri: project.uri(file) }, position, newName };
  const answer = features.rename(project.document(file), params, project.around);
  if (answer.type === 'refused') return undefined;
  const changes = (answer.answer.documentChanges ?? []) as readonly TextDocumentEdit[];
  const after: Record<string, string> = { ...files };
  for (const { textDocument, edits } of changes) {
    const path = textDocument.uri.replace(project.uri(''), '');
    after[path] = TextDocument.applyEdits(project.text(path), edits as never);
  }
  return after;
}
