import type { AddressConnection, PlannedConnection } from '../model/connection.ts';
import type { DeployConfig } from '../model/deploy-config.ts';
import type { ConfigDatabase } from '../model/deploy-group.ts';
import type { PlanDocument } from '../model/plan-document.ts';
import { type Problem, unplacedProblem } from '../model/problem.ts';
import { referenceIn } from './reference.ts';
import { unspokenBackend } from './resolve-target.ts';

/** What the value of a variable says of the database that it leads to; the value itself stays where it is. */
export type AddressLook =
  | { readonly type: 'leads-to'; readonly backend: AddressConnection['backend'] }
  | { readonly type: 'unset' }
  /** `why` quotes nothing of the value. */
  | { readonly type: 'unreadable'; readonly why: string };

/** By the name of the variable. */
export type AddressLooks = ReadonlyMap<string, AddressLook>;

export type NamedConnection =
  | { readonly type: 'found'; readonly connection: PlannedConnection }
  | { readonly type: 'refused'; readonly problems: readonly Problem[] };

/** The connection behind a name: one of the config, or an address in a variable, of which the backend must be known. */
export function plannedConnection(
  name: string,
  config: DeployConfig | undefined,
  looks: AddressLooks,
): NamedConnection {
  const variable = referenceIn(name)?.name;
  if (variable !== undefined) return addressConnection(name, variable, config, looks);
  const connection = config?.connections.get(name)?.value;
  if (!connection)
    return refused(unplacedProblem('UNKNOWN_CONNECTION', `There is no connection "${name}" in the deploy config.`));
  const problems = unspokenBackend(connection);
  return problems.length > 0 ? { type: 'refused', problems } : { type: 'found', connection };
}

function addressConnection(
  ref: string,
  variable: string,
  config: DeployConfig | undefined,
  looks: AddressLooks,
): NamedConnection {
  const users = (config?.databases ?? []).filter(({ connectionEnv }) => connectionEnv?.value === variable);
  const look = looks.get(variable) ?? { type: 'unset' };
  if (look.type === 'unreadable')
    return refused(
      placed(
        'ADDRESS_INVALID',
        `The variable ${variable} holds no address that can be used: ${look.why}`,
        users,
        config,
      ),
    );
  const said = [...new Set(users.flatMap(({ engine }) => engine ?? []))];
  const known = look.type === 'leads-to' ? [look.backend, ...said] : said;
  const [backend, other] = [...new Set(known)];
  if (backend === undefined || backend === 'scratchbird') return refused(unknownBackend(variable, users, config));
  if (other !== undefined) {
    const who = look.type === 'leads-to' ? `The address in ${variable} leads to ${backend}` : `One says ${backend}`;
    const message = `${who}, and "engine" of its database says ${other}. The scripts can be written for one of them only: correct the engine, or the variable.`;
    return refused(placed('ENGINE_MISMATCH', message, users, config));
  }
  return { type: 'found', connection: { ref, backend, variable } };
}

function unknownBackend(variable: string, users: readonly ConfigDatabase[], config: DeployConfig | undefined): Problem {
  const message = `Which kind of database ${variable} leads to is not known: the variable is not set or empty, and no "engine" says it. Set the variable with "srdeploy env set ${variable} --target … --secret", or write "engine": "postgresql" (mysql, mariadb, firebird, sqlite) under "migrations".`;
  return placed('ADDRESS_UNKNOWN', message, users, config);
}

function placed(
  code: string,
  message: string,
  [user]: readonly ConfigDatabase[],
  config: DeployConfig | undefined,
): Problem {
  const problem = unplacedProblem(code, message);
  return user?.connectionEnv ? { ...problem, file: config?.file, range: user.connectionEnv.range } : problem;
}

const refused = (problem: Problem): NamedConnection => ({ type: 'refused', problems: [problem] });

/** Those that a document names, by their names in the order of the alphabet, and what is wrong with the others. */
export function connectionsOfDocument(
  document: PlanDocument | undefined,
  config: DeployConfig | undefined,
  looks: AddressLooks,
): { readonly connections: ReadonlyMap<string, PlannedConnection>; readonly problems: readonly Problem[] } {
  const named = (document?.steps ?? []).flatMap((step) => (step.type === 'migration' && step.via ? [step.via] : []));
  const names = [...new Set(named.map(({ connection }) => connection))].sort();
  const found = names.map((name) => [name, plannedConnection(name, config, looks)] as const);
  return {
    connections: new Map(found.flatMap(([name, one]) => (one.type === 'found' ? [[name, one.connection]] : []))),
    problems: found.flatMap(([, one]) => (one.type === 'refused' ? one.problems : [])),
  };
}
