/** Ends a switch over a union: a case that the compiler believes impossible is a defect, so it throws. */
export function unreachable(value: never): never {
  throw new Error(`Unreachable case: ${JSON.stringify(value)}`);
}
