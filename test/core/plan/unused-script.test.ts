import { describe, expect, it } from 'vitest';
import { checkConfigText, checkPlanText, noFacts, unusedScript } from '../../../core/index.ts';
import { exampleText } from '../../fixtures/plans/mistakes.ts';

const { document } = checkPlanText('deployments/a.srdeploy', exampleText, noFacts);
const documents = document ? [document] : [];
const [step] = JSON.parse(exampleText).steps;
const folder = step.script.slice(0, step.script.lastIndexOf('/'));
const codesOf = (script: string, config?: object) =>
  unusedScript(script, {
    documents,
    config: config && checkConfigText('deploy-config.json', JSON.stringify(config)).config,
  }).map(({ code, severity, file }) => [code, severity, file]);
const late = `${folder}/V9000__late.sql`;

describe('a migration that nothing uses', () => {
  it('is found beside those that plans name, and no other file is', () => {
    expect(codesOf(late)).toEqual([['P007', 'information', late]]);
    expect(codesOf(step.script)).toEqual([]);
    for (const other of [
      `${folder}/R9000__late.sql`,
      `${folder}/views.sql`,
      `${folder}/old/V1__a.sql`,
      'else/V1__a.sql',
    ])
      expect(codesOf(other), other).toEqual([]);
  });

  it('is used where a group or a database has it, or may have it', () => {
    const group = (pattern: string) => ({ groups: [{ name: 'a', file_patterns: [pattern] }] });
    expect(codesOf(late, group('else/*.sql'))).toHaveLength(1);
    expect(codesOf(late, group(`${folder}/*.sql`))).toEqual([]);
    expect(codesOf(late, group('{a,b}/*.sql'))).toEqual([]);
    const database = (path: string) => ({ databases: { main: { connection_env: 'DB', migrations: { path } } } });
    expect(codesOf(late, database('else'))).toHaveLength(1);
    expect(codesOf(late, database(`./${folder}/`))).toEqual([]);
  });

  it('is as severe as the deploy config says', () => {
    expect(codesOf(late, { rules: { P007: 'warning' } })).toEqual([['P007', 'warning', late]]);
    expect(codesOf(late, { rules: { P007: 'off' } })).toEqual([]);
  });
});
