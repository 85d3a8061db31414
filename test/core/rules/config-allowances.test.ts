import { describe, expect, it } from 'vitest';
import { checkConfigText } from '../../../core/index.ts';

const problemsOf = (text: string) => checkConfigText('deploy-config.json', text).problems;
const codes = (text: string) => problemsOf(text).map(({ code }) => code);
const config = (first: string, more = '') => `{
  ${more}
  "groups": [
    ${first}
    { "name": "b", "deploy_command": "TOKEN=abcdef up" }
  ]
}`;
const leaky = '{ "name": "a", "order": 1, "deploy_command": "TOKEN=abcdef up" },';

describe('a comment that allows a rule in a deploy config', () => {
  it('takes back what the rule finds in the item behind it, and nothing else', () => {
    expect(codes(config(leaky))).toEqual(['C009', 'C009']);
    expect(codes(config(`// srdeploy: allow C009 a token for tests\n    ${leaky}`))).toEqual(['C009']);
    expect(codes(config(`/* srdeploy: allow C009 a token for tests */\n    ${leaky}`))).toEqual(['C009']);
    expect(codes(config(`${leaky} // srdeploy: allow C009 a token for tests`))).toEqual(['C009']);
  });

  it('may stand above a key, with other comments between', () => {
    const inside = `{ "name": "a",
      // srdeploy: allow C009 a token for tests
      // of a service that is gone by night
      "deploy_command": "TOKEN=abcdef up" },`;
    expect(codes(config(inside))).toEqual(['C009']);
  });

  it('above the groups is for all of them', () => {
    expect(codes(config(leaky, '// srdeploy: allow C009 tokens for tests'))).toEqual([]);
  });

  it.each([
    ['without a reason', 'C009', 'without saying why'],
    ['for a rule that does not exist', 'C999 why', 'no rule C999'],
    ['for a misspelt rule', 'C0009 why', 'Did you mean C009?'],
    ['for no rule', '', 'names no rule'],
    ['for a rule that nothing changes', 'C001 why', 'no comment changes it'],
  ])('has no effect %s, and that is said', (_, words, message) => {
    const found = problemsOf(config(`// srdeploy: allow ${words}\n    ${leaky}`));
    expect(found.map(({ code }) => code)).toEqual(['C018', 'C009', 'C009']);
    expect(found[0]).toMatchObject({ severity: 'warning', message: expect.stringContaining(message) });
  });

  it('is a hint where nothing is found for it, with a fix', () => {
    const text = config('// srdeploy: allow C009 it was once\n    { "name": "a", "deploy_command": "up" },');
    const [unused, other] = problemsOf(text);
    expect(unused).toMatchObject({ code: 'C017', severity: 'hint', fixes: [{ title: 'Remove the comment' }] });
    expect(other?.code).toBe('C009');
  });

  it('is none inside of a string', () => {
    expect(codes(config('{ "name": "// srdeploy: allow C009 x", "deploy_command": "up" },'))).toEqual(['C009']);
  });
});

describe('the section "rules" of a deploy config', () => {
  it('changes how severe its own rules are, and what is accepted', () => {
    expect(problemsOf(config(leaky, '"rules": { "C009": "hint" },')).map(({ severity }) => severity)).toEqual([
      'hint',
      'hint',
    ]);
    expect(codes(config(leaky, '"rules": { "C009": "off" },'))).toEqual([]);
    expect(codes(config(leaky, '"rules": { "suppress": [{ "code": "C009", "reason": "tests" }] },'))).toEqual([]);
  });

  it('does not change what says why nothing can be planned', () => {
    const twice = '{ "name": "b", "deploy_command": "up" },';
    expect(codes(config(twice, '"rules": { "C001": "off" },'))).toEqual(expect.arrayContaining(['RULE_FIXED', 'C001']));
  });
});
