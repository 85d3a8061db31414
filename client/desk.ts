import type { ExtensionContext, LogOutputChannel } from 'vscode';
import type { LanguageService } from './language-service.ts';
import type { LastChoices } from './last-choices.ts';
import type { PlanPanels } from './panels/plan-panels.ts';
import type { RunPanels } from './panels/run-panels.ts';
import type { Projects } from './projects.ts';
import type { RunsStore } from './runs-store.ts';
import type { SecretVault } from './secret-vault.ts';
import type { ServeClient } from './serve-client.ts';
import type { StatusDocuments } from './status-documents.ts';
import type { TargetStates } from './target-states.ts';
import type { PlansTree } from './views/plans-tree.ts';
import type { TargetsTree } from './views/targets-tree.ts';

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
  readonly targets: TargetsTree;
  readonly targetStates: TargetStates;
  readonly choices: LastChoices;
  readonly statusDocuments: StatusDocuments;
  readonly language: LanguageService;
  /** Runs that this window started or showed: it tells when they end. */
  readonly followed: Set<string>;
}
