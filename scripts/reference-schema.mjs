// Turns a JSON Schema of ours into a page: one section for each object, one row for each key.

/** The page of a schema. */
export function schemaPage(schema) {
  const named = Object.values(schema.definitions ?? {}).filter(isObject);
  const sections = [schema, ...named].flatMap((one) => [
    ...(one === schema ? [] : [section(one, schema, 2)]),
    ...innerObjects(one).map((inner) => section(inner, schema, 2)),
  ]);
  return `${[section(schema, schema, 1), ...sections].join('\n')}`;
}

/** Objects that are described where they stand, and have keys of their own. */
const innerObjects = ({ properties = {} }) =>
  Object.values(properties).filter((one) => isObject(one) && one.properties);

function section(object, schema, level) {
  const parts = [`${'#'.repeat(level)} ${object.title}`, object.description];
  if (object.oneOf) parts.push(kinds(object, schema));
  if (object.then?.enum) parts.push(wordList(object.then));
  if (object.properties) parts.push(table(object, schema), ...valueLists(object, schema));
  for (const example of object.examples ?? [])
    parts.push(`\`\`\`json\n${JSON.stringify(example, undefined, 2)}\n\`\`\``);
  return `${parts.filter(Boolean).join('\n\n')}\n`;
}

function kinds({ oneOf, discriminator }, schema) {
  const lines = oneOf.map(({ $ref }) => {
    const kind = resolve({ $ref }, schema);
    const tag = resolve(kind.properties[discriminator.propertyName], schema);
    const words = [tag.const, ...(tag.enum ?? [])].filter(Boolean).map((word) => `\`${word}\``);
    return `- ${link(kind)}: \`"${discriminator.propertyName}"\` is ${words.join(', ')}`;
  });
  return `One of:\n\n${lines.join('\n')}`;
}

function table({ properties, required = [] }, schema) {
  const rows = Object.entries(properties).map(([key, raw]) => {
    const one = resolve(raw, schema);
    const must = required.includes(key) ? 'yes' : 'no';
    const example = one.examples?.length && !isObject(one) ? ` For example ${list(one.examples)}.` : '';
    const fallback = one.default === undefined ? '' : ` Default: \`${JSON.stringify(one.default)}\`.`;
    return `| \`${key}\` | ${typeOf(one, schema)} | ${must} | ${cell(one.description)}${bounds(one)}${fallback}${example} |`;
  });
  return ['| key | type | required | meaning |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

const list = (values) => values.map((value) => `\`${JSON.stringify(value)}\``).join(', ');

function typeOf(one, schema) {
  if (one.const !== undefined) return `\`${JSON.stringify(one.const)}\``;
  if (Array.isArray(one.type)) return sortsOf(one, schema);
  if (one.type === 'array') return `list of ${itemOf(one, schema)}`;
  if (one.additionalProperties?.$ref) return `object of ${link(resolve(one.additionalProperties, schema))}`;
  if (one.type === 'object') return one.properties || isNamed(one, schema) ? link(one) : 'object of text';
  return one.enum ? 'one of the words below' : (words[one.type] ?? one.type ?? 'anything');
}

/** The sorts of value that one may be: a list, a text, an object of its own section. */
function sortsOf(one, schema) {
  const sorts = one.type.map((type) => {
    if (type === 'object') return link(one);
    return type === 'array' ? `list of ${itemOf(one, schema)}` : (words[type] ?? type);
  });
  return sorts.join(' or ');
}

function itemOf({ items }, schema) {
  const item = resolve(items, schema);
  return isObject(item) ? link(item) : (words[item.type] ?? item.type);
}

const isNamed = (one, schema) => Object.values(schema.definitions ?? {}).includes(one);
const isObject = ({ type }) => [type].flat().includes('object');

const words = { string: 'text', integer: 'whole number', boolean: 'true or false' };

function bounds({ minimum, maximum, exclusiveMinimum, minItems, patternErrorMessage, pattern }) {
  const found = [
    minimum !== undefined && `At least ${minimum}.`,
    exclusiveMinimum !== undefined && `More than ${exclusiveMinimum}.`,
    maximum !== undefined && `At most ${maximum}.`,
    minItems !== undefined && `At least ${minItems} of them.`,
    pattern !== '\\S' && patternErrorMessage && `It ${patternErrorMessage}.`,
  ].filter(Boolean);
  return found.length === 0 ? '' : ` ${cell(found.join(' '))}`;
}

/** The words of keys that have a fixed set of them, each with what it means. */
function valueLists({ properties }, schema) {
  return Object.entries(properties).flatMap(([key, raw]) => {
    const one = resolve(raw, schema);
    return one.enum ? [`\`${key}\`:\n\n${wordList(one)}`] : [];
  });
}

const wordList = ({ enum: all, enumDescriptions = [] }) =>
  all.map((word, i) => `- \`${word}\`: ${enumDescriptions[i] ?? ''}`).join('\n');

function resolve(one, schema) {
  if (!one.$ref) return one;
  // The words beside a reference are said of this very use.
  const { $ref, ...words } = one;
  const found = schema.definitions[$ref.replace('#/definitions/', '')];
  return Object.keys(words).length === 0 ? found : { ...found, ...words };
}

const link = ({ title }) => `[${title.toLowerCase()}](#${title.toLowerCase().replaceAll(' ', '-')})`;
const cell = (text = '') => text.replaceAll('|', '\\|');
