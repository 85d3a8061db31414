import type { InitializeParams } from 'vscode-languageserver/node';
import type { LanguageServerOptions, LensCommands } from '../protocol/index.ts';

/** What the editor chose; of another form, as if nothing were chosen. */
export function optionsOf(params: InitializeParams): LanguageServerOptions {
  const given: unknown = params.initializationOptions;
  if (typeof given !== 'object' || given === null) return { exclude: [] };
  const exclude = 'exclude' in given && Array.isArray(given.exclude) ? given.exclude : [];
  const scope = 'scope' in given && given.scope === 'workspace' ? 'workspace' : 'open';
  const commands = 'commands' in given ? commandsIn(given.commands) : undefined;
  return { exclude: exclude.filter((glob) => typeof glob === 'string'), scope, ...(commands && { commands }) };
}

function commandsIn(given: unknown): LensCommands | undefined {
  const words = (given ?? {}) as Partial<Record<keyof LensCommands, unknown>>;
  const { plan, run, dryRun, migrationStatus } = words;
  return typeof plan === 'string' &&
    typeof run === 'string' &&
    typeof dryRun === 'string' &&
    typeof migrationStatus === 'string'
    ? { plan, run, dryRun, migrationStatus }
    : undefined;
}
