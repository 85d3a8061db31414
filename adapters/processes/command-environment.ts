import type { CommandRequest } from '../../core/index.ts';
import { MARKER_VARIABLE } from './marker.ts';

/** Marks what one command has started, and nothing else of its run. */
export const TREE_VARIABLE = 'SRDEPLOY_PROCESS_TREE';

/** What the editor's host and Node put into the environment for themselves, and the secrets, and the key to them, that were given to us alone. */
const ours = /^(?:NODE_OPTIONS|ELECTRON_RUN_AS_NODE|VSCODE_.*|SRDEPLOY_SECRET_.*|SRDEPLOY_KEY|SRDEPLOY_KEY_COMMAND)$/;

/** The environment of a command: that of this process without what is ours alone, what was asked for, and the marks. */
export function commandEnvironment(
  { env, marker }: Pick<CommandRequest, 'env' | 'marker'>,
  tree: string,
  own: NodeJS.ProcessEnv = process.env,
): NodeJS.ProcessEnv {
  const inherited = Object.entries(own).filter(([name]) => !ours.test(name));
  return { ...Object.fromEntries(inherited), ...env, [MARKER_VARIABLE]: marker, [TREE_VARIABLE]: tree };
}
