import type { ExtensionContext, LogOutputChannel } from 'vscode';
import type { LanguageService } from './language-service.ts';
import type { PlanPanels } from './panels/plan-panels.ts';
import type { RunPanels } from './panels/run-panels.ts';
import type { Projects } from './projects.ts';
import type { RunsStore } from './runs-store.ts';
import type { SecretVault } from './secret-vault.ts';
import type { ServeClient } from './serve-client.ts';
import type { PlansTree } from './views/plans-tree.ts';

/** What commands find on their desk: one of each per window. */
export interface Desk {
  readonly context: ExtensionContext;
  readonly log: LogOutputChannel;
  /** `dist/runner.js`. */
  readonly runner: string;
  /** Who acts, as records name them. */
  readonly actor: string;
  readonly serve: ServeClient;
  readonly runs: RunsStore;
  readonly secrets: SecretVault;
  readonly projects: Projects;
  readonly runPanels: RunPanels;
  readonly planPanels: PlanPanels;
  readonly plans: PlansTree;
  readonly language: LanguageService;
  /** Runs that this window started or showed: it tells when they end. */
  readonly followed: Set<string>;
}
