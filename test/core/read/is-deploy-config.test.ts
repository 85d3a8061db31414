import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkConfigText, isDeployConfigName, isDeployConfigText } from '../../../core/index.ts';
import { hostileTexts } from '../../support/hostile-texts.ts';
import { goodConfig } from '../../support/mutants/good-document.ts';
import { otherJson } from '../../support/other-json.ts';

const group = '{ "name": "a", "order": 1, "deploy_command": "make" }';

describe('a JSON text of another name', () => {
  it('is a deploy config where it names our schema, or has groups as only a deploy config has them', () => {
    expect(isDeployConfigText('{ "$schema": "./schemas/deploy-config.schema.json#" }')).toBe(true);
    expect(isDeployConfigText(`{ // ours\n "groups": [${group},], }`)).toBe(true);
    expect(isDeployConfigText(goodConfig(5, 1).text)).toBe(true);
  });

  it('is none where it names another schema, or only some of its groups are like ours', () => {
    expect(isDeployConfigText(`{ "$schema": "https://x.org/my-deploy-config.schema.json", "groups": [] }`)).toBe(false);
    expect(isDeployConfigText(`{ "$schema": "https://x.org/other.json", "groups": [${group}] }`)).toBe(false);
    expect(isDeployConfigText(`{ "groups": [${group}, { "name": "b" }] }`)).toBe(false);
    for (const text of ['{ "groups": [] }', '{ "groups": {} }', `[${group}]`, `{ "x": { "groups": [${group}] } }`])
      expect(isDeployConfigText(text)).toBe(false);
  });

  it('is looked at without a throw, however broken or deep it is', () => {
    for (const { text } of hostileTexts)
      for (const one of [text, `{ "groups": ${text}`, `{ "$schema": ${text}`])
        expect(isDeployConfigText(one)).toBe(false);
  });

  it('is left alone where it is one of the installed packages’, and can be read as ours without a throw', () => {
    const claimed: string[] = [];
    let count = 0;
    for (const { path, text } of otherJson()) {
      count += 1;
      if (isDeployConfigName(basename(path)) || isDeployConfigText(text)) claimed.push(path);
      // One of ten is read as if somebody had said that it is ours.
      if (count % 10 === 0) checkConfigText(path, text);
    }
    expect(claimed).toEqual([]);
    expect(count).toBeGreaterThan(500);
  }, 60_000);
});
