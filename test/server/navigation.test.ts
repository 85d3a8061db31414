import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Location, Position, Range, TextDocumentEdit, WorkspaceEdit } from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { usersOf } from '../../server/features/file-users.ts';
import { editForRenamed } from '../../server/features/renamed-files.ts';
import { workspaceSymbols } from '../../server/features/workspace-symbols.ts';
import { documentFeatures as features } from '../../server/language-features.ts';
import { namesOf } from '../../server/project-documents.ts';
import { exampleText } from '../fixtures/plans/mistakes.ts';
import { type LanguageProject, languageProject } from '../support/language-project.ts';

const plan = `{
  "version": "1.1", "plan_id": "x", "name": "n",
  "target_env": { "id": "staging", "connection_ref": "main_db" },
  "pre_checks": [{ "id": "look", "type": "connection" }],
  "steps": [
    { "id": "first", "type": "migration", "script": "m/V1__a.sql", "rollback": "m/R1__a.sql" },
    { "id": "second", "type": "command", "command": "deploy \${env:HOST} $HOST", "depends_on": ["first", "look"] }
  ]
}
`;
const config = `{
  // How databases are reached.
  "connections": { "main_db": { "backend": "postgresql", "password": "\${secret:DB_PASSWORD}" } },
  "targets": { "staging": { "connection_ref": "main_db", "environment": { "HOST": "h" } } },
  "databases": { "reports": { "connection_env": "REPORTS_URL", "migrations": { "path": "r" } } },
  "environment": { "HOST": "localhost", "DB_PASSWORD": { "secret": true }, "REPORTS_URL": "" },
  "groups": [
    { "name": "tables", "file_patterns": ["m/*.sql"] },
    { "name": "site", "depends_on": ["tables"], "required_env_vars": ["HOST"], "deploy_command": "up \${HOST:-x} '$NOT_ME' $HOST" }
  ]
}
`;
const files = {
  'deployments/a.srdeploy': plan,
  'deployments/b.srdeploy': plan.replace('"x"', '"y"'),
  'deploy-config.json': config,
  'm/V1__a.sql': '',
  'm/R1__a.sql': '',
};
const project = languageProject(files);
const a = 'deployments/a.srdeploy';

/** The position of the nth occurrence of a text in a file, one character into it. */
function at(file: string, words: string, nth = 0, of: LanguageProject = project): Position {
  const text = of.text(file);
  let offset = -1;
  for (let i = 0; i <= nth; i++) offset = text.getText().indexOf(words, offset + 1);
  if (offset < 0) throw new Error(`${words} is not in ${file}`);
  return text.positionAt(offset + 1);
}

const asked = (file: string, position: Position) => ({ textDocument: { uri: project.uri(file) }, position });
const fileOf = (uri: string): string => uri.replace('file:///shop/', '');
const shown = (places: readonly Location[]): readonly string[] =>
  places.map(({ uri, range }) => `${fileOf(uri)}:${range.start.line + 1}:${range.start.character + 1}`);

const definition = (file: string, words: string, nth = 0) =>
  shown(features.definition(project.document(file), asked(file, at(file, words, nth)), project.around));

const references = (file: string, words: string, includeDeclaration = false) =>
  shown(
    features.references(
      project.document(file),
      { ...asked(file, at(file, words)), context: { includeDeclaration } },
      project.around,
    ),
  );

describe('the definition', () => {
  it('of a step that another waits for is its id, in the same document', () => {
    expect(definition(a, 'first', 1)).toEqual([`${a}:6:14`]);
    expect(definition(a, 'look', 1)).toEqual([`${a}:4:27`]);
  });

  it('of a connection, a target’s variable and a secret is in the deploy config, from a plan as well', () => {
    expect(definition(a, 'main_db')).toEqual(['deploy-config.json:3:21']);
    expect(definition('deploy-config.json', 'main_db', 1)).toEqual(['deploy-config.json:3:21']);
    expect(definition(a, 'HOST')).toEqual(['deploy-config.json:6:21']);
    expect(definition('deploy-config.json', 'DB_PASSWORD')).toEqual(['deploy-config.json:6:42']);
  });

  it('of a group that another waits for is its name', () => {
    expect(definition('deploy-config.json', 'tables', 1)).toEqual(['deploy-config.json:8:16']);
  });

  it('of a script is the file, and of one that is not there nothing', () => {
    expect(definition(a, 'm/V1__a.sql')).toEqual(['m/V1__a.sql:1:1']);
    const other = languageProject({ [a]: plan });
    expect(features.definition(other.document(a), asked(a, at(a, 'm/V1__a.sql')), other.around)).toEqual([]);
  });

  it('of what names nothing is nothing', () => {
    expect(definition(a, '"version"')).toEqual([]);
  });
});

describe('the references', () => {
  it('of a connection are in the config and in every plan document', () => {
    const found = references('deploy-config.json', 'main_db');
    expect(found).toEqual([`${a}:3:55`, 'deployments/b.srdeploy:3:55', 'deploy-config.json:4:48']);
    expect(references('deploy-config.json', 'main_db', true)).toContain('deploy-config.json:3:21');
  });

  it('of a variable are its placeholders, what shells write, and where it is required; not what quotes keep from the shell', () => {
    expect(references('deploy-config.json', 'HOST').filter((one) => one.startsWith('deploy'))).toEqual([
      `${a}:7:67`,
      `${a}:7:74`,
      'deployments/b.srdeploy:7:67',
      'deployments/b.srdeploy:7:74',
      'deploy-config.json:4:76',
      'deploy-config.json:9:72',
      'deploy-config.json:9:104',
      'deploy-config.json:9:124',
    ]);
  });

  it('of a step stay in its document', () => {
    expect(references(a, 'first')).toEqual([`${a}:7:97`]);
  });

  it('of a script are the steps of all plan documents that name it', () => {
    expect(references(a, 'm/V1__a.sql')).toEqual([`${a}:6:54`, 'deployments/b.srdeploy:6:54']);
  });

  it('are lit up in the document, the definition as what is written', () => {
    const lit = features.documentHighlight(project.document(a), asked(a, at(a, 'first')));
    expect(lit.map(({ range, kind }) => [range.start.line, kind])).toEqual([
      [5, 3],
      [6, 2],
    ]);
  });
});

describe('a rename', () => {
  const renamed = (file: string, words: string, newName: string, of = project) =>
    features.rename(of.document(file), { ...asked(file, at(file, words, 0, of)), newName }, of.around);
  const edited = (edit: WorkspaceEdit, of: LanguageProject): Readonly<Record<string, string>> => {
    const changed: Record<string, string> = {};
    for (const change of (edit.documentChanges ?? []) as readonly TextDocumentEdit[]) {
      const file = fileOf(change.textDocument.uri);
      changed[file] = TextDocument.applyEdits(of.text(file), change.edits as never);
    }
    return changed;
  };
  const done = (file: string, words: string, newName: string, of = project) => {
    const answer = renamed(file, words, newName, of);
    if (answer.type === 'refused') throw new Error(answer.why);
    return answer.answer;
  };

  it('of a connection changes the config and every plan document', () => {
    const changed = edited(done(a, 'main_db', 'core "db"'), project);
    expect(Object.keys(changed).sort()).toEqual(['deploy-config.json', a, 'deployments/b.srdeploy']);
    expect(changed['deploy-config.json']).toContain('"connections": { "core \\"db\\"": {');
    expect(changed[a]).toContain('"connection_ref": "core \\"db\\"" }');
    expect(changed['deploy-config.json']).toContain('// How databases are reached.');
  });

  it('of a variable changes its placeholders and what shells write', () => {
    const changed = edited(done('deploy-config.json', 'HOST', 'SERVER'), project);
    expect(changed[a]).toContain('"deploy ${env:SERVER} $SERVER"');
    expect(changed['deploy-config.json']).toContain(`"up \${SERVER:-x} '$NOT_ME' $SERVER"`);
  });

  it('of a variable whose name stands in the word before it too changes the name', () => {
    const text = '{ "environment": { "v": "" }, "connections": { "c": { "password": "${env:v}" } } }';
    const short = languageProject({ 'deploy-config.json': text });
    const changed = edited(done('deploy-config.json', '"v"', 'PASSWORD', short), short);
    expect(changed['deploy-config.json']).toBe(
      '{ "environment": { "PASSWORD": "" }, "connections": { "c": { "password": "${env:PASSWORD}" } } }',
    );
  });

  it('of a variable in small letters changes what shells write, but not what a command sets itself', () => {
    const text = `{
  "environment": { "region": "eu" },
  "groups": [
    { "name": "a", "deploy_command": "up \${region:-us} $region" },
    { "name": "b", "deploy_command": "for region in eu us; do up $region; done" }
  ]
}
`;
    const small = languageProject({ 'deploy-config.json': text });
    const changed = edited(done('deploy-config.json', 'region', 'ZONE', small), small);
    expect(changed['deploy-config.json']).toContain('"up ${ZONE:-us} $ZONE"');
    expect(changed['deploy-config.json']).toContain('"for region in eu us; do up $region; done"');
    expect(renamed('deploy-config.json', 'region; do', 'ZONE', small)).toMatchObject({ type: 'refused' });
  });

  it('and back is what it was, whatever is renamed', () => {
    for (const document of project.around.documentsOf(project.document(a).project as never)) {
      for (const use of namesOf(document).filter(({ kind }) => kind !== 'script')) {
        const file = fileOf(document.uri);
        const position = { line: use.range.start.line - 1, character: use.range.start.column - 1 };
        const newName = use.kind === 'variable' ? 'Z_9' : 'zz-9';
        const there = features.rename(project.document(file), { ...asked(file, position), newName }, project.around);
        if (there.type === 'refused') throw new Error(there.why);
        const changed = { ...files, ...edited(there.answer, project) };
        const other = languageProject(changed);
        const back = features.rename(
          other.document(file),
          { ...asked(file, position), newName: use.name },
          other.around,
        );
        if (back.type === 'refused') throw new Error(back.why);
        expect({ ...changed, ...edited(back.answer, other) }).toEqual(files);
      }
    }
  });

  it('is refused where the name is taken, has another form, or is that of a file, with the reason', () => {
    expect(renamed(a, 'first', 'second')).toEqual({ type: 'refused', why: 'There is a step "second" already.' });
    expect(renamed('deploy-config.json', 'staging', 'No!')).toMatchObject({ why: expect.stringContaining('hyphens') });
    expect(renamed('deploy-config.json', 'HOST', 'a b')).toMatchObject({ why: expect.stringContaining('digits or _') });
    expect(renamed(a, '"version"', 'x')).toMatchObject({ type: 'refused' });
    const place = features.prepareRename(project.document(a), asked(a, at(a, 'm/V1__a.sql')));
    expect(place).toMatchObject({ why: expect.stringContaining('in the Explorer') });
    expect(features.prepareRename(project.document(a), asked(a, at(a, 'first')))).toMatchObject({
      answer: { placeholder: 'first' },
    });
  });

  it('of what runs and histories know by its name is confirmed first, where the editor can ask', () => {
    const asking = languageProject(files, { confirmsChanges: true });
    const edit = done('deploy-config.json', 'staging', 'test', asking);
    expect(Object.values(edit.changeAnnotations ?? {})).toMatchObject([{ needsConfirmation: true }]);
    expect(done('deploy-config.json', 'main_db', 'other', asking).changeAnnotations).toBeUndefined();
  });
});

describe('a renamed file or folder', () => {
  const { root, relative } = project.document(a).project as NonNullable<ReturnType<typeof project.document>['project']>;
  const documents = project.around.documentsOf(undefined as never);
  const edit = (from: string, to: string) => editForRenamed({ root, relative }, documents, [{ from, to }]);

  it('is followed by every plan document that names it or something in it', () => {
    const changes = (edit('/shop/m', '/shop/db/new')?.documentChanges ?? []) as readonly TextDocumentEdit[];
    expect(
      changes.map(({ textDocument, edits }) => [
        fileOf(textDocument.uri),
        edits.map((one) => 'newText' in one && one.newText),
      ]),
    ).toEqual([
      [a, ['db/new/V1__a.sql', 'db/new/R1__a.sql']],
      ['deployments/b.srdeploy', ['db/new/V1__a.sql', 'db/new/R1__a.sql']],
    ]);
    expect(edit('/shop/m/V1__a.sql', '/shop/m/V1__b.sql')?.documentChanges).toHaveLength(2);
  });

  it('changes nothing where none names it, or where it leaves the project', () => {
    expect(edit('/shop/other', '/shop/new')).toBeUndefined();
    expect(edit('/shop/m', '/elsewhere/m')).toBeUndefined();
    expect(edit('/shop/m/V1', '/shop/m/V2')).toBeUndefined();
  });
});

describe('a deleted file or folder', () => {
  const projects = { of: () => project.document(a).project as never, refresh: () => {} };
  const users = (path: string) =>
    usersOf([`file:///shop/${path}`], projects, project.around).map(({ uri, range }) => [
      fileOf(uri),
      project.text(fileOf(uri)).getText(range),
    ]);

  it('is known by every plan document that names it or something in it', () => {
    expect(users('m/V1__a.sql')).toEqual([
      [a, 'm/V1__a.sql'],
      ['deployments/b.srdeploy', 'm/V1__a.sql'],
    ]);
    expect(users('m').length).toBeGreaterThan(2);
    expect(users('m/V1')).toEqual([]);
    expect(users('other')).toEqual([]);
  });
});

describe('the symbols of a workspace', () => {
  const documents = project.around.documentsOf(undefined as never);

  it('are what is defined, by letters in their order', () => {
    const found = workspaceSymbols(documents, 'mdb').map(({ name, containerName }) => [name, containerName]);
    expect(found).toEqual([['main_db', 'deploy-config.json']]);
    expect(workspaceSymbols(documents, '').map(({ name }) => name)).toEqual(
      expect.arrayContaining(['first', 'second', 'look', 'tables', 'site', 'staging', 'reports', 'HOST']),
    );
    expect(workspaceSymbols(documents, 'nothing like it')).toEqual([]);
  });
});

describe('formatting', () => {
  const options = { tabSize: 2, insertSpaces: true };
  const formatted = (text: string, file = 'deploy-config.json', range?: Range) => {
    const one = languageProject({ [file]: text });
    const edits = range
      ? features.rangeFormatting(one.document(file), { textDocument: { uri: '' }, options, range })
      : features.formatting(one.document(file), { textDocument: { uri: '' }, options });
    return TextDocument.applyEdits(one.text(file), edits);
  };

  it('indents, and keeps comments, the order and every value', () => {
    expect(formatted('{"b":1, // why\n"a":[{"x":"y"}]/* end */}')).toBe(
      '{"b": 1, // why\n  "a": [{"x": "y"}] /* end */}',
    );
  });

  it('spreads what is all on one line', () => {
    expect(formatted('{"a":[{}],"b":[1,2]}')).toBe('{\n  "a": [\n    {}\n  ],\n  "b": [\n    1,\n    2\n  ]\n}');
  });

  it('changes nothing a second time, and no value ever', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom('', ' ', '\n', '\n\n\t'), (value, space) => {
        const text = `{${space}"a":${JSON.stringify(value, undefined, space.length)}${space}}`;
        const once = formatted(text);
        expect(formatted(once)).toBe(once);
        expect(JSON.parse(once)).toEqual(JSON.parse(text));
      }),
    );
    expect(formatted(exampleText, a)).toBe(exampleText);
  });

  it('leaves a text alone that is not JSON', () => {
    expect(formatted('{ "a": 1,, }')).toBe('{ "a": 1,, }');
    expect(formatted('{ "a": 1 // x\n}', a)).toBe('{ "a": 1 // x\n}');
  });

  it('indents no more than the stretch that was asked for', () => {
    const range = { start: { line: 1, character: 0 }, end: { line: 1, character: 8 } };
    expect(formatted('{\n"a":1,\n"b":2\n}', 'deploy-config.json', range)).toBe('{\n"a": 1,\n"b":2\n}');
  });
});

describe('folding and selection', () => {
  const folded = (text: string) => {
    const one = languageProject({ 'deploy-config.json': text });
    return features
      .foldingRange(one.document('deploy-config.json'), { textDocument: { uri: '' } })
      .map(({ startLine, endLine, kind }) => [startLine, endLine, kind ?? '']);
  };

  it('folds objects, lists and comments of more than one line, also where the text is half typed', () => {
    expect(folded('{\n  // one\n  // two\n  "a": [\n    1\n  ],\n  /* x\n  */\n  "b": { "c": 1 }\n}')).toEqual([
      [0, 8, ''],
      [1, 2, 'comment'],
      [3, 4, ''],
      [6, 7, 'comment'],
    ]);
    expect(folded('{\n "a": [\n 1\n ],\n "b')).toEqual([[1, 2, '']]);
  });

  it('selects inside of brackets that are not closed as far as the text goes', () => {
    const text = '{ "steps": [1,\r\n';
    const one = languageProject({ [a]: text });
    const params = { textDocument: { uri: '' }, positions: [at(a, '1,', 0, one)] };
    const texts: string[] = [];
    for (let next = features.selectionRange(one.document(a), params)[0]; next; next = next.parent)
      texts.push(one.text(a).getText(next.range));
    expect(texts).toContain('1,\r\n');
    expect(texts.filter((one) => one.endsWith('\r'))).toEqual([]);
  });

  it('selects from the inside of a string outwards', () => {
    const one = languageProject({ [a]: '{ "steps": [{ "id": "first" }] }' });
    const position = at(a, 'first', 0, one);
    const [selection] = features.selectionRange(one.document(a), { textDocument: { uri: '' }, positions: [position] });
    const texts: string[] = [];
    for (let next = selection; next; next = next.parent) texts.push(one.text(a).getText(next.range));
    expect(texts).toEqual([
      'first',
      '"first"',
      '"id": "first"',
      ' "id": "first" ',
      '{ "id": "first" }',
      '[{ "id": "first" }]',
      '"steps": [{ "id": "first" }]',
      ' "steps": [{ "id": "first" }] ',
      '{ "steps": [{ "id": "first" }] }',
    ]);
  });
});

describe('code lenses', () => {
  const commands = { plan: 'p', run: 'r', dryRun: 'd', migrationStatus: 's' };
  const lensed = (file: string, of = languageProject(files, { commands })) =>
    features
      .codeLens(of.document(file), { textDocument: { uri: of.uri(file) } }, of.around)
      .map(({ range, command }) => [range.start.line + 1, command?.title, command?.arguments?.[0].target]);

  it('stand above the steps of a plan, and above the groups and every target of a config', () => {
    expect(lensed(a)).toEqual([
      [5, 'Plan', undefined],
      [5, 'Run Deployment', undefined],
      [5, 'Dry Run', undefined],
    ]);
    expect(lensed('deploy-config.json')).toEqual([
      [7, 'Plan', undefined],
      [7, 'Run Deployment', undefined],
      [7, 'Dry Run', undefined],
      [4, 'Plan', 'staging'],
      [4, 'Run Deployment', 'staging'],
      [4, 'Dry Run', 'staging'],
      [4, 'Migration Status', 'staging'],
    ]);
  });

  it('are not offered by an editor without the commands, nor for a config with nothing to deploy', () => {
    expect(lensed(a, project)).toEqual([]);
    const bare = languageProject({ 'deploy-config.json': '{ "targets": { "dev": {} } }' }, { commands });
    expect(lensed('deploy-config.json', bare)).toEqual([]);
  });
});

describe('semantic tokens', () => {
  it('name what stands for something, in the order of the text and without overlap', () => {
    const { data } = features.semanticTokens(project.document(a), { textDocument: { uri: '' } });
    const lines = plan.split('\n');
    const found: string[] = [];
    let [line, character] = [0, 0];
    for (let i = 0; i < data.length; i += 5) {
      const [down = 0, right = 0, length = 0] = data.slice(i, i + 3);
      character = down > 0 ? right : character + right;
      line += down;
      found.push((lines[line] ?? '').slice(character, character + length));
      if (i > 0 && down === 0) expect(right).toBeGreaterThan(0);
    }
    expect(found).toEqual(['staging', 'main_db', 'look', 'first', 'second', 'HOST', 'HOST', 'first', 'look']);
  });
});

describe('everything that is answered', () => {
  it('lies inside of the document and never throws, whatever is cut out of it', () => {
    const isInside = ({ start, end }: Range, text: string): boolean => {
      const lines = text.split('\n');
      return [start, end].every(({ line, character }) => character <= (lines[line]?.length ?? -1));
    };
    fc.assert(
      fc.property(
        fc.constantFrom<readonly [string, string]>([a, plan], ['deploy-config.json', config]),
        fc.nat(1_200),
        fc.nat(80),
        fc.nat(1_200),
        ([file, whole], from, length, offset) => {
          const text = whole.slice(0, from) + whole.slice(from + length);
          const one = languageProject({ ...files, [file]: text });
          const document = one.document(file);
          const position = one.text(file).positionAt(offset);
          const where = { textDocument: { uri: document.uri }, position };
          const renamed = features.rename(document, { ...where, newName: 'zz9' }, one.around);
          const ranges: Range[] = [
            ...features.documentHighlight(document, where).map(({ range }) => range),
            ...features
              .formatting(document, { ...where, options: { tabSize: 2, insertSpaces: true } })
              .map(({ range }) => range),
            ...features
              .definition(document, where, one.around)
              .filter(({ uri }) => uri === document.uri)
              .map(({ range }) => range),
            ...features
              .codeLens(document, where, {
                ...one.around,
                commands: { plan: '', run: '', dryRun: '', migrationStatus: '' },
              })
              .map(({ range }) => range),
            ...(renamed.type === 'done'
              ? ((renamed.answer.documentChanges ?? []) as readonly TextDocumentEdit[])
                  .filter(({ textDocument }) => textDocument.uri === document.uri)
                  .flatMap(({ edits }) => edits.flatMap((edit) => ('range' in edit ? [edit.range] : [])))
              : []),
          ];
          for (
            let next = features.selectionRange(document, { ...where, positions: [position] })[0];
            next;
            next = next.parent
          )
            ranges.push(next.range);
          for (const { startLine, endLine } of features.foldingRange(document, where))
            ranges.push({ start: { line: startLine, character: 0 }, end: { line: endLine, character: 0 } });
          expect(ranges.filter((range) => !isInside(range, text))).toEqual([]);
          features.semanticTokens(document, where);
          features.references(document, { ...where, context: { includeDeclaration: true } }, one.around);
        },
      ),
      { numRuns: 400 },
    );
  });
});
