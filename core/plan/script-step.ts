import type { TargetId } from '../model/ids.ts';
import { type ConfigStep, nowhere } from './config-steps.ts';

/** The project's own `deploy.sh`, which deploys where no groups say how. Spec: rulings, "No config". */
export const scriptStep = (target: TargetId | undefined): ConfigStep => ({
  source: {
    place: nowhere(undefined),
    id: nowhere('deploy.sh'),
    name: 'Run deploy.sh',
    timeoutSec: undefined,
    retry: undefined,
    type: 'command',
    command: { type: 'argv', argv: ['./deploy.sh', '--target', target ?? ''] },
    folder: undefined,
    env: { DEPLOYMENT_TARGET: target ?? '' },
    verify: undefined,
    graceSec: undefined,
    inactivitySec: undefined,
  },
  more: { type: 'deploy' },
});
