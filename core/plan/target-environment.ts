import { type Problem, unplacedProblem } from '../model/problem.ts';
import type { Variables } from '../ports/variables.ts';
import { type LookedUp, lookUpVariable, type TargetLayers } from './look-up-variable.ts';
import type { Reference } from './reference.ts';

/** A variable or secret that something looks for on a target. */
export interface WantedVariable extends Reference {
  /** Who cannot do without it, such as `group "api"`; empty where it may be missing. */
  readonly neededBy: readonly string[];
}

export type TargetVariable = WantedVariable & LookedUp;

export interface TargetEnvironment {
  /** One for each wanted name, in their order. */
  readonly variables: readonly TargetVariable[];
  /** What is missing and needed, all of it, each with the command that sets it: `MISSING_VARIABLE`. */
  readonly problems: readonly Problem[];
  /** The values to mask. */
  readonly secrets: readonly string[];
}

/** The values of wanted names on a target, where they come from, and what is missing. Spec: rulings, "Environment variables". */
export function targetEnvironment(
  wanted: readonly WantedVariable[],
  layers: TargetLayers,
  variables: Variables,
): TargetEnvironment {
  const found = wanted.map((one): TargetVariable => ({ ...one, ...lookUpVariable(one, layers, variables) }));
  return {
    variables: found,
    problems: found.flatMap((one) => (isNeeded(one) ? missingVariable(one, layers) : [])),
    secrets: found.flatMap((one) => (one.type === 'found' && one.isSecret ? [one.value] : [])),
  };
}

/** The variables of a target as everything that refers to them sees them. */
export const targetVariables = (layers: TargetLayers, variables: Variables): Variables => {
  const lookUp = (kind: Reference['kind']) => (name: string) => {
    const found = lookUpVariable({ kind, name }, layers, variables);
    return found.type === 'found' ? found.value : undefined;
  };
  return { target: layers.target, env: lookUp('env'), secret: lookUp('secret') };
};

const isNeeded = ({ type, neededBy }: TargetVariable): boolean => type === 'missing' && neededBy.length > 0;

/** What is wrong with a variable that is not there, and the command that sets it; nothing for one that is. */
export function missingVariable(variable: TargetVariable, { target, declared }: TargetLayers): readonly Problem[] {
  if (variable.type === 'found') return [];
  const { name, kind, lacks, neededBy, isSecret } = variable;
  const own = `the ${wordOf(kind)} ${name}`;
  const who =
    neededBy.length === 0
      ? `${capital(own)} has no value on "${target}"`
      : `${capital(neededBy.map((one) => `the ${one}`).join(' and '))} ${neededBy.length === 1 ? 'needs' : 'need'} ${own}`;
  const why =
    lacks.name === name && lacks.kind === kind
      ? neededBy.length === 0
        ? ''
        : ', which is not set or empty'
      : `: there it is the value of the ${wordOf(lacks.kind)} ${lacks.name}, which is not set or empty`;
  const description = declared.get(name)?.description;
  const what = description === undefined ? '' : ` (${description})`;
  return [
    unplacedProblem('MISSING_VARIABLE', `${who}${what}${why}. Set it with: ${setCommand(lacks, target, isSecret)}`),
  ];
}

const setCommand = ({ kind, name }: Reference, target: string, isSecret: boolean): string =>
  `srdeploy env set ${name} --target ${target}${kind === 'secret' || isSecret ? ' --secret' : ''}`;

const wordOf = (kind: Reference['kind']): string => (kind === 'env' ? 'environment variable' : 'secret');
const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);
