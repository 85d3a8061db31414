/** Lines longer than this are cut on screen; the whole log opens in an editor. UTF-16 units. */
const LONGEST = 4_096;

const CONTROL = /[\x00-\x08\x0b-\x1f\x7f]/;
/** Everything a terminal would obey but colours: operating system commands, device strings, cursor moves, lone escapes. */
const SEQUENCES =
  /\x1b\][^\x07\x1b]*(?:\x07|\x1b\\|$)|\x1b[PX^_][\s\S]*?(?:\x1b\\|$)|\x1b\[[0-?]*[ -/]*[@-ln-~]|\x1b(?!\[)[ -/]*[0-~]?/g;
const OTHER_CONTROLS = /[\x00-\x08\x0b-\x1a\x1c-\x1f\x7f]/g;

/** A line of output as it can be shown: colours kept, every other control taken out, progress bars at their last state. */
export function cleanLine(text: string): string {
  const plain = CONTROL.test(text) ? lastState(text.replace(SEQUENCES, '')).replace(OTHER_CONTROLS, '') : text;
  return plain.length <= LONGEST ? plain : `${plain.slice(0, LONGEST)}… ${plain.length - LONGEST} more characters`;
}

/** A carriage return takes the cursor to the line's start: what follows the last one is what a terminal would show. */
function lastState(text: string): string {
  const line = text.replace(/\r+$/, '');
  return line.slice(line.lastIndexOf('\r') + 1);
}
