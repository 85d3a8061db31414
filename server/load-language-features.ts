import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { LanguageFeatures } from './language-features.ts';

/** Loads what answers requests from its own bundle when somebody first asks, so that the server starts without it. */
export function lazyLanguageFeatures(dist: string): () => LanguageFeatures {
  let features: LanguageFeatures | undefined;
  return () => {
    if (!features) {
      const file = join(dist, 'language-features.js');
      features = (createRequire(file)(file) as { readonly languageFeatures: LanguageFeatures }).languageFeatures;
    }
    return features;
  };
}
