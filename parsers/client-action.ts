/** What a command of a vendor's client asks for; every client's commands come down to these. */
export type ClientAction =
  /** Harmless, and without a meaning here: it changes only what the client shows. */
  | { readonly type: 'nothing' }
  | { readonly type: 'refused'; readonly message: string }
  | { readonly type: 'echo'; readonly text: string }
  | { readonly type: 'connect'; readonly database: string }
  | { readonly type: 'include'; readonly path: string; readonly relative: boolean }
  | { readonly type: 'set'; readonly name: string; readonly value: string }
  | { readonly type: 'unset'; readonly name: string }
  | { readonly type: 'delimiter'; readonly text: string }
  /** Ends the statement that is being written, as its semicolon would. */
  | { readonly type: 'terminate' }
  /** Ends the file that is being read. */
  | { readonly type: 'end' }
  /** Commands between the two are refused, as psql does with what pg_dump writes. */
  | { readonly type: 'restrict'; readonly key: string }
  | { readonly type: 'unrestrict'; readonly key: string }
  /** Statements that psql would choose among; refused once, at its beginning. */
  | { readonly type: 'condition'; readonly word: 'if' | 'elif' | 'else' | 'endif' };

/** A command as it was found in a text. */
export interface ClientCommand {
  readonly action: ClientAction;
  /** Where reading goes on. */
  readonly end: number;
  /** What counts for the token checksum: the command and its arguments without the space between; undefined where nothing does. */
  readonly normal: string | undefined;
}

export const nothing: ClientAction = { type: 'nothing' };
export const refused = (message: string): ClientAction => ({ type: 'refused', message });
