/** The system's code of an error, such as `ENOENT`; undefined for what is no system error. */
export const errorCode = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;

/** For `.catch`: turns an error with one of the codes into a value and lets every other one through. */
export const onCode =
  <T>(codes: readonly string[], value: T) =>
  (error: unknown): T => {
    if (codes.includes(errorCode(error) ?? '')) return value;
    throw error;
  };
