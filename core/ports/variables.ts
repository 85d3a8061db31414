/** Values that are not in the project: process environment and secret store. An empty value counts as missing. */
export interface Variables {
  env(name: string): string | undefined;
  secret(name: string): string | undefined;
}
