import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Range as LspRange } from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { createExclusions } from '../../server/exclusions.ts';
import { completionsAt } from '../../server/features/completion.ts';
import { symbolsOf } from '../../server/features/document-symbols.ts';
import { hoverAt } from '../../server/features/hover.ts';
import { pathOfUri, uriOfPath } from '../../server/file-uri.ts';
import { openDocument } from '../../server/open-document.ts';
import type { Projects } from '../../server/project.ts';
import { createWorkspaceIndex } from '../../server/workspace-index.ts';
import { exampleScripts, exampleText } from '../fixtures/plans/mistakes.ts';
import { languageProject } from '../support/language-project.ts';

const projects: Projects = {
  of: () => ({
    root: '/shop',
    facts: { scriptAt: () => 'present', scripts: () => exampleScripts },
    config: () => undefined,
    configFile: () => undefined,
    relative: (path) => path,
    absolute: (path) => `/shop/${path}`,
  }),
  refresh: () => {},
};
const { around } = languageProject({});

function opened(text: string) {
  const document = openDocument(
    TextDocument.create('file:///shop/deployments/x.srdeploy', 'srdeploy', 1, text),
    projects,
  );
  if (!document) throw new Error('A plan document is ours.');
  return document;
}

function labelsAt(text: string, offset: number): readonly string[] {
  const position = TextDocument.create('file:///x', 'srdeploy', 1, text).positionAt(offset);
  return completionsAt(opened(text), position, around).items.map(({ label }) => label);
}

const keys = [...exampleText.matchAll(/"(\w+)":/g)].map((match) => ({ key: match[1] as string, at: match.index }));

describe('completion of keys', () => {
  it('offers every key of the example where it stands: in empty quotes, cut off, bare, and without a closing quote', () => {
    const lost: string[] = [];
    for (const { key, at } of keys) {
      const [before, behind] = [exampleText.slice(0, at), exampleText.slice(at + key.length + 3)];
      const forms = [`""`, `"${key.slice(0, 2)}"`, key.slice(0, 2), `"${key.slice(0, 2)}`];
      for (const form of forms) {
        // Without its colon and value, as it is while being typed; the value's own line stays.
        const value = /^\s*("[^"\n]*"|[\d.]+|true|false)/.exec(behind);
        const rest = value ? behind.slice(value[0].length) : `: ${behind}`;
        const text = `${before}${form}${rest}`;
        const caret = at + form.length - (form.endsWith('"') && form.length > 1 ? 1 : 0);
        if (!labelsAt(text, caret).includes(key))
          lost.push(`${form} for ${key} in ${text.slice(at - 30, at + 30)}: ${labelsAt(text, caret)}`);
      }
    }
    expect(lost).toEqual([]);
  });
});

describe('completion of a mistyped word', () => {
  it('lets the word that was meant pass the filter of an editor, wherever the caret stands in it', () => {
    const text = exampleText.replace('"type": "migration"', '"type": "migratoin"');
    const at = text.indexOf('"migratoin"');
    for (const caret of [at + 1, at + 5, at + '"migratoin'.length]) {
      const position = TextDocument.create('file:///x', 'srdeploy', 1, text).positionAt(caret);
      const item = completionsAt(opened(text), position, around).items.find(({ label }) => label === 'migration');
      expect(item?.filterText).toBe('"migratoin"');
    }
  });
});

describe('features on broken texts', () => {
  const isInside = ({ start, end }: LspRange, text: string): boolean => {
    const lines = text.split('\n');
    return [start, end].every(({ line, character }) => character <= (lines[line]?.length ?? -1));
  };

  it('complete on one line around the caret at every offset of every cut-off text', () => {
    fc.assert(
      fc.property(fc.nat(exampleText.length), fc.nat(exampleText.length), fc.nat(60), (cut, from, length) => {
        const text = exampleText.slice(0, from) + exampleText.slice(from + length);
        const offset = Math.min(cut, text.length);
        const position = TextDocument.create('file:///x', 'srdeploy', 1, text).positionAt(offset);
        for (const { textEdit } of completionsAt(opened(text), position, around).items) {
          if (!textEdit || !('range' in textEdit)) throw new Error('A completion says what it replaces.');
          const { start, end } = textEdit.range;
          expect([start.line, end.line]).toEqual([position.line, position.line]);
          expect(start.character).toBeLessThanOrEqual(position.character);
          expect(end.character).toBeGreaterThanOrEqual(position.character);
        }
        hoverAt(opened(text), position, around);
      }),
      { numRuns: 500 },
    );
  });

  it('outline every prefix of the example with ranges inside it', () => {
    for (let end = 0; end <= exampleText.length; end++) {
      const text = exampleText.slice(0, end);
      for (const symbol of symbolsOf(opened(text)).flatMap((one) => [one, ...(one.children ?? [])])) {
        expect(symbol.name.trim()).not.toBe('');
        expect(isInside(symbol.range, text) && isInside(symbol.selectionRange, text)).toBe(true);
      }
    }
  });
});

describe('file URIs', () => {
  it('become paths and back, whatever the name', () => {
    for (const path of ['/a b/ü%20#?.srdeploy', '/shop/deployments/x.srdeploy'])
      expect(pathOfUri(uriOfPath(path))).toBe(path);
    expect(pathOfUri('file:///shop/a%20b.srdeploy')).toBe('/shop/a b.srdeploy');
  });

  it('that are none, or that name no path, are nothing', () => {
    expect(['untitled:Untitled-1', 'vscode-vfs://github/x', 'file:///a%2Fb', 'file://host/x'].map(pathOfUri)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });
});

describe('the workspace index', () => {
  const index = () =>
    createWorkspaceIndex({ isExcluded: createExclusions(['**/old', 'build/**', '**/tmp*']), log: () => {} });
  const created = (path: string) => ({ path, type: 'created' as const });

  it('takes SQL files, sorted with their numbers in order, and leaves out excluded folders', () => {
    const files = index();
    files.apply(
      [
        '/w/m/V10.sql',
        '/w/m/V9.sql',
        '/w/m/readme.md',
        '/w/old/V1.sql',
        '/w/build/x/V1.sql',
        '/w/tmp1/a.sql',
        '/w/node_modules/p/a.sql',
        '/w2/a.sql',
      ].map(created),
    );
    expect(files.below('/w')).toEqual(['/w/m/V9.sql', '/w/m/V10.sql']);
  });

  it('forgets what was in a deleted folder, and nothing with a like name', () => {
    const files = index();
    files.apply(['/w/m/a.sql', '/w/m/n/b.sql', '/w/m2/c.sql'].map(created));
    files.apply([{ path: '/w/m', type: 'deleted' }]);
    expect(files.below('/w')).toEqual(['/w/m2/c.sql']);
    files.apply([{ path: '/w/m2/c.sql', type: 'deleted' }]);
    expect(files.below('/w')).toEqual([]);
  });
});
