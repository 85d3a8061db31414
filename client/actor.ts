import { hostname, userInfo } from 'node:os';

/** Who acts in this window: `user@host`, as the command line names the same person, so that approvals of one's own are known as such. */
export const actor = (env: NodeJS.ProcessEnv): string => `${env.SRDEPLOY_USER || userName(env)}@${hostname()}`;

function userName(env: NodeJS.ProcessEnv): string {
  try {
    return userInfo().username;
  } catch {
    // A container may run us as a number that the system has no name for.
    return env.USER || env.LOGNAME || `uid-${process.getuid?.()}`;
  }
}
