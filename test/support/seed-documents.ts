import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { deployConfigSchema, isDeployConfigName, jsonValueOf, readSource } from '../../core/index.ts';

/** A good document that people begin with. */
export interface SeedDocument {
  /** Where it stands in the repository. */
  readonly name: string;
  /** Relative to its project. */
  readonly file: string;
  readonly text: string;
  /** The SQL files of its project. */
  readonly scripts: readonly string[];
}

/** The specification's example, those of the example project, and the whole ones that the documentation shows. */
export const seedDocuments = (): readonly SeedDocument[] => [
  ...specificationSeed(),
  ...exampleSeeds('examples/shop'),
  ...readdirSync('docs')
    .filter((name) => name.endsWith('.md'))
    .flatMap((name) => shownSeeds(join('docs', name))),
];

function specificationSeed(): readonly SeedDocument[] {
  const name = 'test/fixtures/plans/example.srdeploy';
  const scripts = ['migrations/R0002__rollback.sql', 'migrations/V0002__add_orders.sql'];
  return [{ name, file: 'deployments/example.srdeploy', text: readFileSync(resolve(name), 'utf8'), scripts }];
}

function exampleSeeds(folder: string): readonly SeedDocument[] {
  const files = (readdirSync(folder, { recursive: true }) as string[])
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => statSync(join(folder, file)).isFile());
  const scripts = files.filter((file) => file.endsWith('.sql'));
  return files
    .filter((file) => file.endsWith('.srdeploy') || isDeployConfigName(basename(file)))
    .map((file) => ({ name: `${folder}/${file}`, file, text: readFileSync(join(folder, file), 'utf8'), scripts }));
}

/** What a page shows as JSON that is a plan document or a deploy config. */
function shownSeeds(page: string): readonly SeedDocument[] {
  const blocks = [...readFileSync(page, 'utf8').matchAll(/```jsonc?\n(\{[\s\S]*?)```/g)];
  return blocks.flatMap(({ 1: text = '', index }) => {
    const { root } = readSource('', text, 'jsonc');
    const keys = root ? Object.keys(jsonValueOf(root) as object) : [];
    const name = `${page}, character ${index}`;
    const scripts = [...new Set(text.match(/migrations\/[\w.]+\.sql/g) ?? [])];
    if (keys.includes('plan_id')) return [{ name, file: 'deployments/shown.srdeploy', text, scripts }];
    const isConfig = keys.length > 0 && keys.every((key) => Object.hasOwn(deployConfigSchema.properties ?? {}, key));
    return isConfig ? [{ name, file: 'deploy-config.json', text, scripts }] : [];
  });
}
