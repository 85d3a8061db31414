import { type ErrorView, exitCodes } from '../protocol/index.ts';

/** How an error that nobody expected is told. What this machine refuses (a full disk, a file that may not be written) is no defect. */
export function crashView(error: unknown): ErrorView {
  const message = error instanceof Error ? error.message : String(error);
  const { code, syscall } = error as Partial<NodeJS.ErrnoException>;
  const isSystem = error instanceof Error && code !== undefined && syscall !== undefined;
  if (isSystem) return { code: 'SYSTEM_ERROR', message, exitCode: exitCodes.unknown };
  return { code: 'INTERNAL_ERROR', message, exitCode: exitCodes.internal };
}
