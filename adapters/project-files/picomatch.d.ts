// The part of picomatch that is used; the package has no types of its own.
declare module 'picomatch' {
  const picomatch: (
    glob: string,
    options: {
      /** Of the regular expression. */
      readonly flags: string;
      /** A `!` at the beginning is a character like others. */
      readonly nonegate: boolean;
      /** Only `/` divides folders. */
      readonly windows: boolean;
    },
  ) => (path: string) => boolean;
  export default picomatch;
}
