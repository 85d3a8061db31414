import { dirname } from 'node:path';
import type { Connection } from 'vscode-languageserver/node';
import type { Documents } from './documents.ts';
import { sqlDiagnostics } from './features/sql-diagnostics.ts';
import { pathOfUri, uriOfPath } from './file-uri.ts';
import type { LanguageFeatures } from './language-features.ts';
import { lazyDangerReport } from './load-script-readers.ts';
import type { Looking } from './plan-files.ts';
import type { Projects } from './project.ts';
import { createSqlPlans } from './sql-plans.ts';

/** Sends the danger report of SQL files that plan documents name, and tells of those that none names beside others of their folder. */
export interface SqlPublisher {
  publishSoon(uri: string): void;
  /** The document is closed: what was said of it is taken back. */
  clear(uri: string): void;
  /** A plan document was edited. */
  planEdited(): void;
  /** Something on disk has changed. */
  refresh(): void;
  dispose(): void;
}

/** A script is judged after a pause in typing: a half-written statement tells nothing. Milliseconds. */
const DELAY_MS = 150;

export const isSqlUri = (uri: string): boolean => uri.startsWith('file:') && /\.sql$/i.test(uri);

export function createSqlPublisher(
  connection: Connection,
  documents: Documents,
  projects: Projects,
  { features, looking }: { readonly features: () => LanguageFeatures; readonly looking: Looking },
): SqlPublisher {
  const { log } = looking;
  const report = lazyDangerReport(dirname(__filename));
  const plans = createSqlPlans(projects, () => documents.all().filter(({ kind }) => kind === 'plan'), looking);
  const timers = new Map<string, NodeJS.Timeout>();
  const said = new Set<string>();
  const send = async (
    uri: string,
    version: number | undefined,
    diagnostics: Awaited<ReturnType<typeof sqlDiagnostics>>,
  ) => {
    if (diagnostics.length === 0 && !said.delete(uri)) return;
    if (diagnostics.length > 0) said.add(uri);
    await connection.sendDiagnostics({ uri, ...(version !== undefined && { version }), diagnostics });
  };
  const openText = (path: string) => documents.texts.get(uriOfPath(path))?.getText();
  const publish = async (uri: string): Promise<void> => {
    timers.delete(uri);
    const text = documents.texts.get(uri);
    const path = pathOfUri(uri);
    if (!text || path === undefined) return;
    const { version } = text;
    const naming = plans.of(path);
    const diagnostics = naming
      ? [...(await sqlDiagnostics(naming, report, openText)), ...features().unusedDiagnostics(naming)]
      : [];
    // What was typed meanwhile is judged by itself.
    if (documents.texts.get(uri)?.version === version) await send(uri, version, diagnostics);
  };
  const failed = (error: unknown) =>
    log(`The danger report failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  const publishSoon = (uri: string) => {
    clearTimeout(timers.get(uri));
    timers.set(
      uri,
      setTimeout(() => publish(uri).catch(failed), DELAY_MS),
    );
  };
  const publishAllSoon = () => documents.texts.keys().filter(isSqlUri).forEach(publishSoon);
  return {
    publishSoon,
    planEdited: publishAllSoon,
    clear(uri) {
      clearTimeout(timers.get(uri));
      timers.delete(uri);
      send(uri, undefined, []).catch(failed);
    },
    refresh() {
      plans.refresh();
      publishAllSoon();
    },
    dispose: () => {
      for (const timer of timers.values()) clearTimeout(timer);
    },
  };
}
