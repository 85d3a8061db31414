import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TextDocumentEdit } from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { diagnosticsOf } from '../../server/features/diagnostics.ts';
import { fixAllKind } from '../../server/fix-all-kind.ts';
import { documentFeatures as features } from '../../server/language-features.ts';
import { createPlanIds } from '../../server/plan-ids.ts';
import { exampleText } from '../fixtures/plans/mistakes.ts';
import { languageProject } from '../support/language-project.ts';

const id: string = JSON.parse(exampleText).plan_id;

describe('plans that are found by their ids', () => {
  let root = '';
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'srdeploy-'));
    await mkdir(join(root, 'deployments/old'), { recursive: true });
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  it('are all that are on disk, whatever the case of the id, and are looked for anew when something changed', async () => {
    const relative = (path: string) => path.slice(root.length + 1);
    const absolute = (file: string) => join(root, file);
    const complaints: string[] = [];
    const ids = createPlanIds({ isExcluded: () => false, log: (message) => complaints.push(message) });
    const filesWith = (asked: string) => ids.of({ root, relative, absolute }, asked).map(({ file }) => file);
    await writeFile(join(root, 'deployments/a.srdeploy'), exampleText);
    const inside = `{ "name": "\\"plan_id\\": \\"${id}\\"", "env": { "plan_id": "${id}" } }`;
    await writeFile(join(root, 'deployments/inside.srdeploy'), inside);
    expect(filesWith(id)).toEqual(['deployments/a.srdeploy']);
    await writeFile(join(root, 'deployments/old/b.srdeploy'), exampleText.replace(id, id.toUpperCase()));
    expect(filesWith(id)).toEqual(['deployments/a.srdeploy']);
    ids.refresh();
    expect(filesWith(id)).toEqual(['deployments/a.srdeploy', 'deployments/old/b.srdeploy']);
    await rm(join(root, 'deployments/old/b.srdeploy'));
    expect(filesWith(id)).toEqual(['deployments/a.srdeploy']);
    expect(filesWith('11111111-1111-4111-8111-111111111111')).toEqual([]);
    expect(complaints).toEqual([]);
  });
});

describe('two plans with one id', () => {
  const file = 'deployments/copy.srdeploy';
  const project = languageProject({ 'deployments/a.srdeploy': exampleText, [file]: exampleText });
  const document = project.document(file);
  const actions = (only?: string) => {
    const at = project.text(file).positionAt(exampleText.indexOf(id));
    return features.codeAction(
      document,
      {
        textDocument: { uri: project.uri(file) },
        range: { start: at, end: at },
        context: { diagnostics: diagnosticsOf(document, () => {}), ...(only !== undefined && { only: [only] }) },
      },
      project.around,
    );
  };

  it('are told with a link to the other one, and one of them can be given a new id', () => {
    const [found] = diagnosticsOf(document, () => {}).filter(({ code }) => code === 'P014');
    expect(found?.relatedInformation?.map(({ location }) => location.uri)).toEqual([
      project.uri('deployments/a.srdeploy'),
    ]);
    const [action] = actions();
    expect(action?.title).toBe('Generate a new plan id');
    const [change] = (action?.edit?.documentChanges ?? []) as readonly TextDocumentEdit[];
    const mended = TextDocument.applyEdits(project.text(file), (change?.edits ?? []) as never);
    expect(JSON.parse(mended).plan_id).toBe(project.around.chance.uuid());
    const after = languageProject({ 'deployments/a.srdeploy': exampleText, [file]: mended }).document(file);
    expect(diagnosticsOf(after, () => {}).map(({ code }) => code)).not.toContain('P014');
  });

  it('are not mended where everything is mended at once: which of them keeps its history is for a person to say', () => {
    expect(JSON.stringify(actions(fixAllKind))).not.toContain(project.around.chance.uuid());
  });
});
