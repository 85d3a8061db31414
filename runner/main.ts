import { isIndexingThread, runIndexingThread } from './index-thread.ts';
import { runStandalone } from './standalone.ts';

// The detached runner, the read-only server of a window (`runner start | approve | serve`), and the thread that indexes a long run.
if (isIndexingThread()) runIndexingThread();
else
  void runStandalone(process.argv[2], __dirname).then((code) => {
    process.exitCode = code;
  });
