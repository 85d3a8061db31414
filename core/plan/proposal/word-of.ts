/** A name made of a path or of people's words: letters and digits with `_` between them; `otherwise` where there are none. */
export function wordOf(text: string, otherwise: string): string {
  const word = text
    .normalize('NFC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '_')
    .replace(/^_+|_+$/g, '');
  return word === '' ? otherwise : word;
}

/** The same in the letters that names of databases and images are written in; it begins with a letter. */
export function plainWordOf(text: string, otherwise: string): string {
  const word = wordOf(text, otherwise)
    .normalize('NFKD')
    .replace(/[^a-z0-9_]+/g, '')
    .replace(/_+/g, '_')
    .replace(/^[_0-9]+|_+$/g, '');
  return word === '' ? otherwise : word;
}

/** The name itself where nobody has it yet, else with the first number that makes it new; it is taken from then on. */
export function takeName(name: string, taken: Set<string>): string {
  let own = name;
  for (let n = 2; taken.has(own); n++) own = `${name}_${n}`;
  taken.add(own);
  return own;
}
