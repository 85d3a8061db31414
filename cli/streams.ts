/** Codes of a stream whose reader has gone: `| head`, a closed terminal. */
const readerGone = new Set(['EPIPE', 'EIO', 'ECONNRESET', 'ERR_STREAM_DESTROYED']);

/**
 * Output that nobody takes any more is dropped, so that a run never ends half-way because its log is not read. Output that could not
 * be written for another reason (a full disk) is told on standard error, and no success is claimed in its place.
 */
export function outliveReaders(out: NodeJS.WriteStream, err: NodeJS.WriteStream, failed: () => void): void {
  let isTold = false;
  out.on('error', (error: NodeJS.ErrnoException) => {
    if (isTold || readerGone.has(error.code ?? '')) return;
    isTold = true;
    failed();
    err.write(`error OUTPUT_LOST Standard output could not be written: ${error.message}\n`);
  });
  err.on('error', () => undefined); // Nobody is left to tell.
}
