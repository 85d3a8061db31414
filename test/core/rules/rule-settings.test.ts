import { describe, expect, it } from 'vitest';
import {
  checkConfigText,
  checkPlanText,
  fixedRules,
  noFacts,
  planRules,
  type RuleSettings,
} from '../../../core/index.ts';
import { exampleText } from '../../fixtures/plans/mistakes.ts';

const configOf = (rules: object) => checkConfigText('deploy-config.json', JSON.stringify({ rules }));

describe('the section "rules" of a deploy config', () => {
  it('is read as severities by code or word, and as accepted findings', () => {
    const suppress = [
      { code: 'M002', file: 'm/a.sql', id: 'step_1', reason: 'judged' },
      { code: 'P022', reason: 'too' },
    ];
    const { config, problems } = configOf({ M001: 'off', 'no-strict': 'warning', suppress });
    expect(problems).toEqual([]);
    expect([...(config?.rules.severities ?? [])]).toEqual([
      ['M001', 'off'],
      ['no-strict', 'warning'],
    ]);
    expect(config?.rules.suppress).toEqual([suppress[0], { ...suppress[1], file: undefined, id: undefined }]);
  });

  it('may be left out', () => {
    expect(checkConfigText('deploy-config.json', '{}').config?.rules).toEqual({ severities: new Map(), suppress: [] });
  });

  it('refuses an accepted finding without a reason, and a severity that does not exist', () => {
    expect(configOf({ suppress: [{ code: 'M001' }] }).problems).toMatchObject([{ code: 'SCHEMA_MISSING' }]);
    expect(configOf({ M001: 'fatal' }).problems).toMatchObject([{ code: 'SCHEMA_VALUE' }]);
  });

  it('warns of a rule that does not exist, with the nearest one, and of one that no setting changes', () => {
    const { config, problems } = configOf({
      'drop-tabel': 'off',
      P001: 'off',
      suppress: [{ code: 'M777', reason: 'x' }],
    });
    expect(config).toBeDefined();
    expect(problems).toMatchObject([
      { code: 'UNKNOWN_RULE', severity: 'warning', fixes: [{ title: 'Change to "drop-table"' }] },
      { code: 'RULE_FIXED', severity: 'warning' },
      { code: 'UNKNOWN_RULE', severity: 'warning' },
    ]);
  });
});

describe('settings for the rules of plan documents', () => {
  const found = (text: string, settings: Partial<RuleSettings>) =>
    checkPlanText('deployments/a.srdeploy', text, {
      ...noFacts,
      scriptAt: () => 'present',
      rules: () => ({ severities: new Map(), suppress: [], ...settings }),
    }).problems.map(({ code, severity }) => `${code} ${severity}`);
  const badDate = exampleText.replace(/"created_at": "[^"]*"/, '"created_at": "yesterday"');
  const twice = exampleText.replace('"step_2"', '"step_1"');

  it('change and switch off what is only advice', () => {
    expect(found(badDate, {})).toEqual(['P015 error']);
    expect(found(badDate, { severities: new Map([['P015', 'warning']]) })).toEqual(['P015 warning']);
    expect(found(badDate, { severities: new Map([['P015', 'off']]) })).toEqual([]);
    const suppress = [{ code: 'P015', file: 'deployments/a.srdeploy', id: undefined, reason: 'old' }];
    expect(found(badDate, { suppress })).toEqual([]);
    expect(found(badDate, { suppress: suppress.map((one) => ({ ...one, id: 'step_1' })) })).toEqual(['P015 error']);
  });

  it('do not change what says why a plan cannot run', () => {
    const suppress = [{ code: 'P001', file: undefined, id: undefined, reason: 'no' }];
    expect(found(twice, { severities: new Map([['P001', 'off']]), suppress })).toEqual(['P001 error']);
    const codes = planRules.map(({ code }) => code);
    expect(fixedRules.filter((code) => !codes.includes(code))).toEqual([]);
  });
});
