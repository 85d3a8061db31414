/** A value as it stands in a dotenv file behind `NAME=`, on one line: bare where that is clear, else in double quotes. `readDotenv` reads it back. */
export const dotenvValue = (value: string): string =>
  /^[\w@%+=:,./-]*$/.test(value) ? value : `"${value.replace(/[\\"$`\n\r\t]/g, (one) => `\\${LETTERS[one] ?? one}`)}"`;

const LETTERS: Readonly<Record<string, string>> = { '\n': 'n', '\r': 'r', '\t': 't' };
