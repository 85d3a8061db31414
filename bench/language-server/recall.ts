import { TextDocument as PeerText } from 'vscode-json-languageservice';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { readDeployConfig } from '../../core/index.ts';
import { completionsAt } from '../../server/features/completion.ts';
import { openDocument } from '../../server/open-document.ts';
import { createProjectObjects } from '../../server/project-objects.ts';
import type { Figure } from '../figure.ts';
import { pickedBeside } from './beside.ts';
import { exampleScripts, exampleText } from './example.ts';
import { peerName, planService } from './plan-service.ts';

/** A text in which one token is not yet written, where the caret stands, and what should be offered there. */
interface Place {
  readonly text: string;
  readonly caret: number;
  readonly wanted: string;
}

/**
 * Q1: of every key of the example, how many are offered where they stand: in empty quotes, cut off, bare, and without a closing quote.
 * And of its paths, its connection and its SQL, emptied, after they were named otherwise than in the examples of the schema: those the
 * peer offers whatever the project has. Of the SQL, which asks for an index, also the table in it. Both in process.
 */
export async function recall(): Promise<readonly Figure[]> {
  const keys = [...exampleText.matchAll(/"(\w+)":/g)].map((match) => ({ key: match[1] ?? '', at: match.index }));
  const all = `(gate ${keys.length})`;
  const forms: readonly [string, (key: string) => string][] = [
    ['in empty quotes', () => '""'],
    ['cut off', (key) => `"${key.slice(0, 2)}"`],
    ['bare', (key) => key.slice(0, 2)],
    ['without a closing quote', (key) => `"${key.slice(0, 2)}`],
  ];
  const figures: Figure[] = [];
  for (const [name, form] of forms)
    figures.push(
      await offered(
        `Q1 keys, ${name} ${all}`,
        keys.map(({ key, at }) => keyPlace(key, at, form(key))),
      ),
    );
  figures.push(await offered('Q1 script paths (gate 2)', [valuePlace('script'), valuePlace('rollback')]));
  figures.push(await offered('Q1 connection_ref (gate 1)', [valuePlace('connection_ref')]));
  figures.push(await offered('Q1 SQL (gate 1)', [valuePlace('sql')]));
  figures.push(await offered('Q1 a table in SQL (gate 1)', [tablePlace]));
  return figures;
}

/** Without its colon and value, as it is while being typed; the value's own line stays. */
function keyPlace(key: string, at: number, form: string): Place {
  const [before, behind] = [exampleText.slice(0, at), exampleText.slice(at + key.length + 3)];
  const value = /^\s*("[^"\n]*"|[\d.]+|true|false)/.exec(behind);
  const rest = value ? behind.slice(value[0].length) : `: ${behind}`;
  const caret = at + form.length - (form.endsWith('"') && form.length > 1 ? 1 : 0);
  return { text: `${before}${form}${rest}`, caret, wanted: key };
}

function valuePlace(key: string): Place {
  const found = new RegExp(`"${key}": "([^"]*)"`).exec(renamedText);
  if (found?.[1] === undefined) throw new Error(`The example has no ${key}.`);
  const caret = found.index + key.length + 5;
  const text = renamedText.slice(0, caret) + renamedText.slice(caret + found[1].length);
  return { text, caret, wanted: found[1] };
}

const renamed = (text: string): string =>
  text
    .replaceAll('0002__', '0007__the_')
    .replaceAll('conn_staging', 'conn_warehouse')
    // No database serves the catalogue of the example, which P024 tells: the check asks the one of its connection.
    .replace("sys.indexes WHERE name='idx_orders_user'", "pg_indexes WHERE indexname = 'idx_orders_buyer'");
const renamedText = renamed(exampleText);

/** What the example's migration makes: the index that its check asks for. */
const migrationText = 'CREATE TABLE orders (id int, buyer int);\nCREATE INDEX idx_orders_buyer ON orders (buyer);\n';

const tablePlace = ((): Place => {
  const asking = renamedText.replace('pg_indexes WHERE', '| WHERE');
  return { text: asking.replace('|', ''), caret: asking.indexOf('|'), wanted: 'orders' };
})();

async function offered(name: string, places: readonly Place[]): Promise<Figure> {
  const theirs = await Promise.all(places.map(peerOffers));
  const count = (hits: readonly boolean[]) => hits.filter((hit) => hit).length;
  const rounds = [{ ours: count(places.map(weOffer)), peer: count(theirs) }];
  return pickedBeside({ name, unit: `of ${places.length}`, rounds, peerName }, ([only]) => only ?? 0);
}

function weOffer({ text, caret, wanted }: Place): boolean {
  const written = TextDocument.create('file:///shop/deployments/x.srdeploy', 'srdeploy', 1, text);
  const document = openDocument(written, { of: () => project, refresh: () => {} });
  if (!document) throw new Error('A plan document is ours.');
  const chance = { uuid: () => 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa', now: () => new Date(0) };
  const objects = createProjectObjects({ textOf, stampOf: () => '1', now: chance.now });
  const around = {
    chance,
    plansNaming: { besides: () => () => undefined },
    objectsOf: objects.of,
    sharesEditRange: false,
  };
  return completionsAt(document, written.positionAt(caret), around).items.some(({ label }) => label === wanted);
}

const textOf = (path: string) => (path.includes('V0007') ? migrationText : undefined);

const connection = { backend: 'postgresql', host: 'db.example.com', database: 'shop', username: 'deploy' };
const { config } = readDeployConfig(
  'deploy-config.json',
  JSON.stringify({ project: 'shop', connections: { conn_warehouse: connection } }),
);

if (!config) throw new Error('The deploy config of the benchmark is a good one.');

const project = {
  root: '/shop',
  facts: { scriptAt: () => 'present' as const, scripts: () => exampleScripts.map(renamed) },
  config: () => config,
  configFile: () => undefined,
  relative: (path: string) => path,
  absolute: (path: string) => `/shop/${path}`,
};

const service = planService();

async function peerOffers({ text, caret, wanted }: Place): Promise<boolean> {
  const document = PeerText.create('file:///x.srdeploy', 'json', 1, text);
  const position = document.positionAt(caret);
  const list = await service.doComplete(document, position, service.parseJSONDocument(document));
  return (list?.items ?? []).some(({ label }) => label === wanted || label === JSON.stringify(wanted));
}
