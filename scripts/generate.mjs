// Generates core/generated/ from schemas/: validators (ajv, standalone, with all that they need bundled in), TypeScript types of what a
// valid document holds, and the schemas themselves as data for messages, completion and hover. Skips when nothing has changed.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const out = join(root, 'core/generated');

/** Words of our schemas that say something to people and nothing to the validator, which is smaller without them. */
const annotations = ['title', 'description', 'examples', 'default', 'enumDescriptions', 'patternErrorMessage'];

const formats = [
  { name: 'plan-document', type: 'PlanDocumentJson' },
  { name: 'deploy-config', type: 'DeployConfigJson' },
];

/** Writes core/generated/ where its inputs have changed since the last time. */
export async function generate() {
  const inputs = await Promise.all(formats.map(({ name }) => readFile(schemaFile(name), 'utf8')));
  const fingerprint = await fingerprintOf(inputs);
  if (await isCurrent(fingerprint)) return;
  await mkdir(out, { recursive: true });
  const schemas = inputs.map((text) => JSON.parse(text));
  await Promise.all(
    formats.flatMap((format, index) => [
      writeValidator(format, schemas[index]),
      writeTypes(format, schemas[index]),
      write(`${format.name}-schema.ts`, schemaModule(format, schemas[index])),
    ]),
  );
  await write('fingerprint', fingerprint);
}

const schemaFile = (name) => join(root, 'schemas', `${name}.schema.json`);
const outputsOf = ({ name }) => [
  `validate-${name}.js`,
  `validate-${name}.d.ts`,
  `${name}-json.ts`,
  `${name}-schema.ts`,
];
const camel = (name) => name.replace(/-(\w)/g, (_, letter) => letter.toUpperCase());
const pascal = (name) => camel(`-${name}`);
const banner = '// Generated from schemas/ by scripts/generate.mjs.\n';

async function fingerprintOf(inputs) {
  const hash = createHash('sha256').update(await readFile(fileURLToPath(import.meta.url)));
  // The lock file pins ajv and the type generator.
  for (const input of [...inputs, await readFile(join(root, 'package-lock.json'))]) hash.update(input);
  return hash.digest('hex');
}

async function isCurrent(fingerprint) {
  const marker = join(out, 'fingerprint');
  if (!existsSync(marker) || (await readFile(marker, 'utf8')) !== fingerprint) return false;
  return formats.flatMap(outputsOf).every((file) => existsSync(join(out, file)));
}

async function writeValidator({ name }, schema) {
  const [{ Ajv }, standalone, { build }] = await Promise.all([
    import('ajv'),
    import('ajv/dist/standalone/index.js'),
    import('esbuild'),
  ]);
  const ajv = new Ajv({
    allErrors: true,
    discriminator: true,
    strict: true,
    // Values that are one thing or another say so in one schema, so that a wrong one is one error.
    allowUnionTypes: true,
    strictRequired: false,
    verbose: false,
    messages: false,
    // The discriminator repeats a branch for each word that names it: as a call, not as a copy.
    inlineRefs: false,
    code: { source: true, esm: true },
    // What is a UUID or a date is judged by rule P015, which can say more than a validator.
    formats: { uuid: true, 'date-time': true },
  });
  ajv.addSchema(withoutAnnotations(schema), name);
  const code = standalone.default.default(ajv, { [`validate${pascal(name)}`]: name });
  const bundled = await build({
    stdin: { contents: code, resolveDir: root, loader: 'js' },
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    target: 'es2022',
    legalComments: 'none',
  });
  await write(`validate-${name}.js`, banner + bundled.outputFiles[0].text);
  await write(`validate-${name}.d.ts`, validatorDeclaration(name));
}

/** A schema without its annotations; properties that are named like one stay. */
function withoutAnnotations(schema) {
  if (Array.isArray(schema)) return schema.map(withoutAnnotations);
  if (schema === null || typeof schema !== 'object') return schema;
  const named = (members) =>
    Object.fromEntries(Object.entries(members).map(([key, to]) => [key, withoutAnnotations(to)]));
  return Object.fromEntries(
    Object.entries(schema)
      .filter(([key]) => !annotations.includes(key))
      .map(([key, value]) => [
        key,
        key === 'properties' || key === 'definitions' ? named(value) : withoutAnnotations(value),
      ]),
  );
}

const validatorDeclaration = (name) => `${banner}/** One thing that the validator found. */
export interface ValidationError {
  readonly keyword: string;
  readonly instancePath: string;
  readonly schemaPath: string;
  readonly params: Readonly<Record<string, unknown>>;
  /** The key at fault where a rule for keys found it; the path is then the object's. */
  readonly propertyName?: string;
}
export declare const validate${pascal(name)}: {
  (data: unknown): boolean;
  errors?: readonly ValidationError[] | null;
};
`;

async function writeTypes({ name, type }, schema) {
  const { compile } = await import('json-schema-to-typescript');
  const text = await compile({ ...schema, title: type }, type, {
    bannerComment: banner.trim(),
    format: false,
    ignoreMinAndMaxItems: true,
    additionalProperties: true,
  });
  await write(`${name}-json.ts`, text);
}

const schemaModule = ({ name }, schema) =>
  `${banner}export const ${camel(name)}Schema: unknown = ${JSON.stringify(schema, undefined, 1)};\n`;

/** Other processes may be reading: a file is there whole or as it was. */
async function write(file, text) {
  const temporary = join(out, `.${file}.${process.pid}`);
  await writeFile(temporary, text);
  await rename(temporary, join(out, file));
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) await generate();
