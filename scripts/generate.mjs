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
  const code = lean(standalone.default.default(ajv, { [`validate${pascal(name)}`]: name }), name, schema);
  const bundled = await build({
    stdin: { contents: code, resolveDir: out, loader: 'js' },
    bundle: true,
    external: [schemaModulePath(name)],
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

const schemaModulePath = (name) => `./${name}-schema.ts`;

/** Of what a keyword asked for, the pattern is not told again, and the sign of a bound follows from its keyword. */
const needed = (params) => params.replace(/^\{pattern: "[\s\S]*"\}$/, '{}').replace(/comparison: "[<>=]+", /, '');

const NOTED =
  /const (err\d+) = \{instancePath(?::([\s\S]*?))?,schemaPath:"[^"]*",keyword:("\w+"),params:([\s\S]*?)(?:,propertyName: ?(\w+))?\};if\(vErrors === null\)\{vErrors = \[\1\];\}\s*else \{vErrors\.push\(\1\);\}/g;

/**
 * The validator's code without what nobody reads: where in the schema a keyword stands, and copies of the schema, which is a module of its own. Each
 * finding is noted by a call instead of in line. Throws where ajv writes it otherwise than is known here.
 */
function lean(code, name, schema) {
  const parts = { whole: schema };
  for (const [key, part] of Object.entries(schema.definitions))
    parts[`whole.definitions[${JSON.stringify(key)}]`] = part;
  const known = new Map(Object.entries(parts).map(([path, part]) => [JSON.stringify(withoutAnnotations(part)), path]));
  const noted = code
    .replace(NOTED, (_all, _name, path, keyword, params, key) => {
      const more = key === undefined ? '' : `, ${key}`;
      const at = path === undefined ? 'instancePath' : `instancePath${path.replace(/^instancePath/, '')}`;
      const type = keyword === '"type"' && /^\{type: ("\w+")\}$/.exec(params)?.[1];
      if (type) return `vErrors = ofType(vErrors, ${at}, ${type});`;
      return `vErrors = note(vErrors, ${at}, ${keyword}, ${needed(params)}${more});`;
    })
    // What a schema of ours never asks for: the value around a value, and which members were looked at.
    .replace(
      /\{instancePath(?::((?:[^{}])*?))?,parentData:[^{}]*?,parentDataProperty:[^{}]*?,rootData\}/g,
      (_all, path) => path ?? 'instancePath',
    )
    .replace(/\{instancePath,parentData,parentDataProperty,rootData\}/g, 'instancePath')
    .replace(/\{instancePath="", parentData, parentDataProperty, rootData=data[^}]*\}=\{\}/g, 'instancePath = ""')
    .replace(/validate\d+\.evaluated = [^;]*;/g, '')
    .replace(
      /vErrors = vErrors === null \? (validate\d+)\.errors : vErrors\.concat\(\1\.errors\);errors = vErrors\.length;/g,
      'vErrors = both(vErrors, $1.errors);errors = vErrors.length;',
    )
    // Words that mean the same branch ask for it together.
    .replace(
      /else if\(tag0 === ("\w+")\)\{(if\(!\((validate\d+)\([^}]*\}\})(?:\s*else if\(tag0 === "\w+"\)\{\2)+/g,
      sameBranch,
    )
    .replace(/const (schema\d+) = (\{.*?\});(?=const |function )/g, (_all, variable, literal) => {
      const path = known.get(JSON.stringify(JSON.parse(literal)));
      if (path === undefined) throw new Error(`${variable} of the validator of ${name} is no part of the schema.`);
      return `const ${variable} = ${path};`;
    });
  if (/schemaPath|parentData/.test(noted))
    throw new Error(`The validator of ${name} is written in a way that is not known.`);
  return `import { ${camel(name)}Schema as whole } from '${schemaModulePath(name)}';
function note(list, instancePath, keyword, params, propertyName) {
  const error = { instancePath, keyword, params };
  if (propertyName !== undefined) error.propertyName = propertyName;
  if (list === null) return [error];
  list.push(error);
  return list;
}
const ofType = (list, instancePath, type) => note(list, instancePath, 'type', { type });
const both = (list, more) => (list === null ? more : list.concat(more));
${noted}`;
}

const sameBranch = (all, _first, branch) => {
  const words = [...all.matchAll(/tag0 === ("\w+")/g)].map(([, word]) => word);
  return `else if([${words.join(',')}].includes(tag0)){${branch}`;
};

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

/** As data, with the first example of each value, which is the one that is shown. */
const schemaModule = ({ name }, schema) => {
  const firstAlone = (key, value) => (key === 'examples' && Array.isArray(value) ? value.slice(0, 1) : value);
  return `${banner}export const ${camel(name)}Schema: unknown = ${JSON.stringify(schema, firstAlone, 1)};\n`;
};

/** Other processes may be reading: a file is there whole or as it was. */
async function write(file, text) {
  const temporary = join(out, `.${file}.${process.pid}`);
  await writeFile(temporary, text);
  await rename(temporary, join(out, file));
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) await generate();
