const PART = /\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g;

/** The names of variables in an address, each once. */
export const variablesIn = (address: string): readonly string[] => [
  ...new Set([...address.matchAll(PART)].map(([, name]) => name ?? '')),
];

/** An address with its variables replaced; all of it may come from one, host and path included. */
export const fillAddress = (address: string, env: Readonly<Record<string, string>>): string =>
  address.replace(PART, (whole, name: string) => env[name] ?? whole);
