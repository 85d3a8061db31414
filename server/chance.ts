/** What the server's features need of chance and time. */
export interface Chance {
  uuid(): string;
  now(): Date;
}

/** A moment in UTC to the second, as plans write it. */
export const momentText = (moment: Date): string => `${moment.toISOString().slice(0, 19)}Z`;
