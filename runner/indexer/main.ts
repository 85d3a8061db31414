import { runIndexingThread } from './indexing-thread.ts';

// The thread that `createHistoryIndexer` starts: a bundle of its own, since it has to be read anew for each long run.
runIndexingThread();
