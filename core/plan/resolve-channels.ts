import type { NotificationChannel, SentChannel } from '../model/notification.ts';
import { type Problem, unplacedProblem } from '../model/problem.ts';
import type { Variables } from '../ports/variables.ts';
import { howToSet } from './how-to-set.ts';
import { type Reference, referenceIn } from './reference.ts';
import { lookUp } from './references.ts';

/** Channels that messages are sent through, with values in place of references, what of them must be masked, and the channels that nobody can be told through. */
export interface ResolvedChannels {
  readonly channels: readonly SentChannel[];
  readonly secrets: readonly string[];
  /** Warnings: a deployment does not depend on who hears of it. */
  readonly problems: readonly Problem[];
}

/**
 * Replaces the references of channels by values. A value that stands outside the project is a secret, and so is what an address says
 * behind its host. Spec: rulings, "Secrets"; deploy config, `notifications`.
 */
export function resolveChannels(channels: readonly NotificationChannel[], variables: Variables): ResolvedChannels {
  const resolved = channels.flatMap((channel, index) => {
    if (channel.type === 'vscode') return [];
    const references = referencesOf(channel);
    const missing = references.filter((reference) => lookUp(reference, variables) === undefined);
    return {
      channels: missing.length > 0 ? [] : [withValues(channel, variables)],
      secrets: references.flatMap((reference) => secretsIn(lookUp(reference, variables))),
      problems: missing.map((reference) => missingValue(reference, channel, index + 1, variables.target)),
    };
  });
  return {
    channels: resolved.flatMap((one) => one.channels),
    secrets: resolved.flatMap((one) => one.secrets),
    problems: resolved.flatMap((one) => one.problems),
  };
}

const referencesOf = (channel: SentChannel): readonly Reference[] =>
  placesOf(channel).flatMap((text) => referenceIn(text) ?? []);

function placesOf(channel: SentChannel): readonly (string | undefined)[] {
  switch (channel.type) {
    case 'slack':
      return [channel.url];
    case 'webhook':
      return [channel.url, channel.secret];
    case 'email':
      return [channel.smtp];
  }
}

function withValues(channel: SentChannel, variables: Variables): SentChannel {
  const value = (text: string): string => {
    const reference = referenceIn(text);
    return reference ? (lookUp(reference, variables) ?? '') : text;
  };
  switch (channel.type) {
    case 'slack':
      return { ...channel, url: value(channel.url) };
    case 'webhook':
      return {
        ...channel,
        url: value(channel.url),
        secret: channel.secret === undefined ? undefined : value(channel.secret),
      };
    case 'email':
      return { ...channel, smtp: value(channel.smtp) };
  }
}

/** Shorter ends of an address are ordinary words, which are masked as part of the whole only. */
const shortestPath = 12;

/** The value, and where it is an address what stands behind the host: programs often print that part alone. */
function secretsIn(value: string | undefined): readonly string[] {
  if (value === undefined) return [];
  const path = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*[/?]([^#]+)/i.exec(value)?.[1];
  return path !== undefined && path.length >= shortestPath ? [value, path] : [value];
}

function missingValue(
  reference: Reference,
  { type }: SentChannel,
  position: number,
  target: string | undefined,
): Problem {
  const what = reference.kind === 'secret' ? 'secret' : 'environment variable';
  return unplacedProblem(
    'NOTIFICATION_UNSET',
    `Notification ${position} of the deploy config (${type}) needs the ${what} ${reference.name}, which is not set or empty: nobody is told through it. ${howToSet(reference, target, true)}`,
    'warning',
  );
}
