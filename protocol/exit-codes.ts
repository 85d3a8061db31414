/** Exit codes of the command line. Spec: rulings, "Exit codes of the CLI". */
export const exitCodes = {
  done: 0,
  internal: 1,
  changesPending: 2,
  drift: 3,
  stalePlan: 4,
  locked: 5,
  confirmationMissing: 6,
  invalidInput: 7,
  stepFailed: 8,
  cancelled: 9,
  unknown: 10,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];
