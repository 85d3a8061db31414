import { exitCodes } from '../../protocol/index.ts';
import { runStandalone } from '../../runner/index.ts';
import { runCommandLine } from '../main.ts';

// What the extension brings along, in one file: the detached runner and the read-only server of a window, `start | approve | target | serve`,
// and with `cli` the command line of its tasks.
const [verb, ...words] = process.argv.slice(2);
if (verb === 'cli') runCommandLine(words);
else {
  process.exitCode = exitCodes.internal; // Until it has come to its end.
  void runStandalone(verb, __dirname).then((code) => {
    process.exitCode = code;
  });
}
