import type { SqlSyntax } from '../core/index.ts';
import { includes } from './includes.ts';
import { normalise } from './normalise.ts';
import { split, splitWithNormal } from './split.ts';

/** Lexing and splitting by our own lexer, for every dialect. Nothing is loaded, so it can be used at once. */
export const sqlSyntax: SqlSyntax = { split, splitWithNormal, includes, normalise };
