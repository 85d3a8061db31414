/** One statement of an exchange, with its values as text. */
export interface Step {
  readonly text: string;
  readonly values?: readonly (string | null)[];
  /** Rows to keep, and to ask for; none are kept where it is left out. */
  readonly maxRows?: number;
  /** One of the few texts of our own that are sent again and again: the server keeps it parsed and planned. */
  readonly isKept?: boolean;
  /** A person's statement: an error in it has a position. */
  readonly isScript?: boolean;
  /** Lines for a `COPY … FROM stdin`, without the closing `\.`. */
  readonly copyData?: string | undefined;
}
