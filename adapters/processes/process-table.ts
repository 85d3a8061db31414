import type { Processes } from '../../core/index.ts';
import type { EndedTree, Grace, ProcessTree } from './end-tree.ts';

/** What a system tells of its processes, and how it ends those that belong together. */
export interface ProcessTable extends Pick<Processes, 'self' | 'liveness' | 'marked'> {
  end(tree: ProcessTree, grace: Grace): Promise<EndedTree>;
}
