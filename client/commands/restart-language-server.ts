import type { Desk } from '../desk.ts';

/** Starts the language server anew. */
export const restartLanguageServer = (desk: Desk): Promise<void> => desk.language.restart();
