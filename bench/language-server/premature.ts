import { TextDocument } from 'vscode-json-languageservice';
import { type Facts, planProblems, readSource } from '../../core/index.ts';
import type { Figure } from '../figure.ts';
import { pickedBeside } from './beside.ts';
import { exampleScripts, exampleText } from './example.ts';
import { peerName, planService } from './plan-service.ts';

/** The peer's codes of syntax errors are from here to below the codes about schemas; a doubled key is none. */
const SYNTAX = { from: 0x100, below: 0x300, doubledKey: 0x208 };

/**
 * Q2: the example typed letter by letter; of each of its prefixes what is found beside syntax errors, on average. The whole text is
 * good, so every such problem is premature. Ours knows the two scripts and takes every other one for missing.
 */
export async function premature(): Promise<readonly Figure[]> {
  const ends = Array.from({ length: exampleText.length + 1 }, (_, end) => end);
  const service = planService();
  let [ours, peer] = [0, 0];
  for (const end of ends) {
    const text = exampleText.slice(0, end);
    ours += ourProblems(text);
    const document = TextDocument.create('file:///x.srdeploy', 'json', end, text);
    const found = await service.doValidation(document, service.parseJSONDocument(document));
    peer += found.filter(({ code }) => !isSyntax(code)).length;
  }
  const rounds = [{ ours: ours / ends.length, peer: peer / ends.length }];
  const name = 'Q2 premature problems a keystroke (gate 0.1)';
  return [pickedBeside({ name, unit: 'problems', rounds, peerName }, ([only]) => only ?? 0)];
}

const facts: Facts = {
  scriptAt: (script) => (exampleScripts.includes(script) ? 'present' : 'missing'),
  scripts: () => exampleScripts,
};

const ourProblems = (text: string): number =>
  planProblems(readSource('deployments/x.srdeploy', text, 'json'), facts).filter(({ code }) => code !== 'JSON_SYNTAX')
    .length;

const isSyntax = (code: string | number | undefined): boolean =>
  typeof code === 'number' && code >= SYNTAX.from && code < SYNTAX.below && code !== SYNTAX.doubledKey;
