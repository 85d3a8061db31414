import { runStandalone } from './standalone.ts';

// The detached runner and the read-only server of a window: `runner start | approve | serve`.
void runStandalone(process.argv[2], __dirname).then((code) => {
  process.exitCode = code;
});
