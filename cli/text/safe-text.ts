/** Text from outside without what could drive a terminal or turn the reading direction: line ends and tabs are left in. */
export function safeText(text: string): string {
  return text
    .replace(
      /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[PX^_][^\u001b]*(?:\u001b\\)?|.?)/g,
      '',
    )
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '');
}

/** The same on one line: a name or a path never breaks a table. */
export const safeLine = (text: string): string => safeText(text).replace(/\s*[\n\t]\s*/g, ' ');
