/** Code units that say nothing to a reader, beyond this many in a row, end what came before them. */
const longestGap = 256;
/** A sequence for the terminal that does not end within this many code units is none. */
const longestSequence = 4_096;

const ESC = 0x1b;
const BEL = 0x07;

/**
 * Tells, code unit by code unit, what a person who reads the text on a screen does not see as part of a word: line ends with the blanks
 * that follow them, and sequences for the terminal such as colours. A secret that is wrapped or coloured inside is still a secret.
 */
export interface SeeThrough {
  /** `seen`: part of what is read. `through`: to be passed over. `gap`: as `through`, but too many to belong to one word. */
  next(unit: number): 'seen' | 'through' | 'gap';
  /** Begins anew, as before any text. */
  reset(): void;
}

export function createSeeThrough(): SeeThrough {
  let sequence: 'none' | 'escape' | 'control' | 'command' | 'string' = 'none';
  let sequenceLength = 0;
  let afterLineEnd = false;
  let run = 0;

  const passed = (): 'through' | 'gap' => {
    run += 1;
    return run > longestGap ? 'gap' : 'through';
  };
  const inSequence = (unit: number) => {
    sequenceLength += 1;
    if (sequenceLength > longestSequence) sequence = 'none';
    else if (sequence === 'escape') sequence = unit === 0x5b ? 'control' : unit === 0x5d ? 'command' : 'none';
    else if (sequence === 'control') sequence = unit >= 0x40 && unit <= 0x7e ? 'none' : 'control';
    else if (sequence === 'string') sequence = unit === 0x5c ? 'none' : 'command';
    else if (unit === BEL) sequence = 'none';
    else if (unit === ESC) sequence = 'string';
  };
  return {
    reset() {
      [sequence, sequenceLength, afterLineEnd, run] = ['none', 0, false, 0];
    },
    next(unit) {
      if (sequence !== 'none') {
        inSequence(unit);
        return 'through';
      }
      if (unit === ESC) {
        sequence = 'escape';
        sequenceLength = 0;
        return passed();
      }
      if (unit === 0x0a || unit === 0x0d) {
        afterLineEnd = true;
        return passed();
      }
      if (afterLineEnd && (unit === 0x20 || unit === 0x09)) return passed();
      afterLineEnd = false;
      run = 0;
      return 'seen';
    },
  };
}

/** True for code units after which `next` may answer anything but `seen`. */
export const mayHide = (unit: number): boolean => unit === 0x0a || unit === 0x0d || unit === ESC;
