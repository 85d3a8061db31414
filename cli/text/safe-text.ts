/** Text from outside without what could drive a terminal: escape sequences and control characters, tabs left in. */
export function safeText(text: string): string {
  return text
    .replace(
      /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[PX^_][^\u001b]*(?:\u001b\\)?|.?)/g,
      '',
    )
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '');
}
