import { describe, expect, it } from 'vitest';
import { deployConfigIn, isDeployConfigName, nearestWord, projectRootOf } from '../../../core/index.ts';

const among =
  (...folders: string[]) =>
  (folder: string): boolean =>
    folders.includes(folder);

describe('the root of a project', () => {
  it.each([
    ['the nearest folder with a deploy config', '/a/b/c/plan.srdeploy', ['/a/b', '/a'], '/a/b'],
    ['the folder above deployments', '/a/b/deployments/x/plan.srdeploy', [], '/a/b'],
    ['the folder above the nearest deployments', '/a/b/deployments/plan.srdeploy', ['/a'], '/a/b'],
    [
      'deployments itself where the deploy config is in it',
      '/a/deployments/plan.srdeploy',
      ['/a/deployments'],
      '/a/deployments',
    ],
    ['the document’s own folder where there is neither', '/a/b/plan.srdeploy', [], '/a/b'],
    ['the root of the file system', '/plan.srdeploy', [], '/'],
    ['a drive', 'C:/deployments/plan.srdeploy', [], 'C:/'],
    ['a folder on a drive', 'C:/shop/deployments/plan.srdeploy', ['C:/shop'], 'C:/shop'],
    ['the folder that relative paths begin at', 'deployments/plan.srdeploy', ['.'], '.'],
    ['its own folder, written as it was', 'plans/plan.srdeploy', [], 'plans'],
  ])('a project’s root is %s', (_, file, configs, root) => {
    expect(projectRootOf(file, among(...configs))).toBe(root);
  });

  it('is marked by the three names of a deploy config', () => {
    const names = [
      'deploy-config.json',
      'deploy-config.jsonc',
      'eu.deploy-config.json',
      'deploy-config.yaml',
      'my-deploy-config.json',
    ];
    expect(names.filter(isDeployConfigName)).toEqual(names.slice(0, 3));
    expect(deployConfigIn(['z.deploy-config.json', 'a.deploy-config.json', 'deploy-config.jsonc'])).toBe(
      'deploy-config.jsonc',
    );
    expect(deployConfigIn(['z.deploy-config.json', 'a.deploy-config.json'])).toBe('a.deploy-config.json');
    expect(deployConfigIn(['package.json'])).toBeUndefined();
  });
});

describe('the nearest word', () => {
  it.each([
    ['migratoin', 'migration'],
    ['Migration', 'migration'],
    ['sqlcheck', 'sql_check'],
    ['bakcup', 'backup'],
    ['deploy', undefined],
    ['', undefined],
  ])('of %j is %j', (word, expected) => {
    expect(nearestWord(word, ['migration', 'sql_check', 'backup', 'pause'])).toBe(expected);
  });
});
