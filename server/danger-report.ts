import {
  type DeployConfig,
  documentDangers,
  documentDialect,
  type PlanDocument,
  type PlannedDanger,
  type SplitScript,
  type SqlEffect,
  type SqlEffects,
  type SqlSyntax,
} from '../core/index.ts';
import { createSqlEffectsLoader, sqlSyntax } from '../parsers/index.ts';

// What else reads SQL scripts is in the same bundle, which has what splits them.
export { createProjectObjects } from './project-objects.ts';

/** A script of a plan document, and where to read the others. */
export interface ReportRequest {
  readonly document: PlanDocument;
  readonly config: DeployConfig | undefined;
  /** The script, as the document names it. */
  readonly script: string;
  /** The text of a project path as it is now. */
  readonly read: (path: string) => string | undefined;
}

export interface DangerReport {
  dangersOf(request: ReportRequest): Promise<readonly PlannedDanger[]>;
}

/** So many texts are remembered; then it begins anew. */
const MOST = 20_000;

/**
 * The danger report for the editor: a bundle of its own beside the server, loaded with the first script of a plan that is opened. What
 * did not change since the last keystroke is not read again.
 */
export function createDangerReport(dist: string): DangerReport {
  const loader = createSqlEffectsLoader(dist);
  const syntax = rememberingSyntax();
  const remembered = new Map<SqlEffects, SqlEffects>();
  return {
    async dangersOf({ document, config, script, read }) {
      const dialect = documentDialect(document, config);
      if (!dialect) return [];
      const loaded = await loader.load(dialect);
      const effects = remembered.get(loaded) ?? rememberingEffects(loaded);
      remembered.set(loaded, effects);
      return documentDangers(document, { config, syntax, effects, read, only: script });
    },
  };
}

function rememberingSyntax(): Pick<SqlSyntax, 'split'> {
  const known = new Map<string, SplitScript>();
  return {
    split(script, dialect, options) {
      // What a script reads may change without the script.
      if (sqlSyntax.includes(script, dialect).length > 0) return sqlSyntax.split(script, dialect, options);
      const key = `${dialect}\n${script}`;
      const split = known.get(key) ?? sqlSyntax.split(script, dialect, options);
      if (known.size >= MOST) known.clear();
      known.set(key, split);
      return split;
    },
  };
}

function rememberingEffects(effects: SqlEffects): SqlEffects {
  const known = new Map<string, readonly SqlEffect[]>();
  return {
    effectsOf(statement, dialect) {
      const found = known.get(statement.text) ?? effects.effectsOf(statement, dialect);
      if (known.size >= MOST) known.clear();
      known.set(statement.text, found);
      return found;
    },
  };
}
