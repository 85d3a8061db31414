import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Backend, SqlEffects, SqlEffectsLoader } from '../core/index.ts';

interface EffectsModule {
  openSqlEffects(dialect: Backend): Promise<SqlEffects>;
}

/** Loads the parsers that say what statements do from their own file beside the other bundles, when they are first asked for. */
export function createSqlEffectsLoader(dist: string): SqlEffectsLoader {
  const loaded = new Map<Backend, Promise<SqlEffects>>();
  return {
    load(dialect) {
      const known = loaded.get(dialect);
      if (known !== undefined) return known;
      const file = join(dist, 'sql-effects.js');
      const loading = Promise.resolve().then(() =>
        (createRequire(file)(file) as EffectsModule).openSqlEffects(dialect),
      );
      loaded.set(dialect, loading);
      // One that failed is tried again by whoever asks next; whoever asked hears of it.
      loading.catch(() => loaded.delete(dialect));
      return loading;
    },
  };
}
