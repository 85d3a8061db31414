/** Every string that must also stand in package.json; a test compares the two. */
export const commandIds = {
  plan: 'srdeploy.plan',
  run: 'srdeploy.run',
  dryRun: 'srdeploy.dryRun',
  migrationStatus: 'srdeploy.migrationStatus',
  resume: 'srdeploy.resume',
  cancel: 'srdeploy.cancel',
  continue: 'srdeploy.continue',
  approve: 'srdeploy.approve',
  rollback: 'srdeploy.rollback',
  openRun: 'srdeploy.openRun',
  openLog: 'srdeploy.openLog',
  refresh: 'srdeploy.refresh',
  newPlan: 'srdeploy.newPlan',
  testTarget: 'srdeploy.testTarget',
  addTarget: 'srdeploy.addTarget',
  updateTarget: 'srdeploy.updateTarget',
  removeTarget: 'srdeploy.removeTarget',
  openTarget: 'srdeploy.openTarget',
  setSecret: 'srdeploy.setSecret',
  deleteSecret: 'srdeploy.deleteSecret',
  restartLanguageServer: 'srdeploy.restartLanguageServer',
} as const;

export type CommandName = keyof typeof commandIds;
export const commandNames = Object.keys(commandIds) as readonly CommandName[];

export const viewContainerId = 'srdeploy';
export const viewIds = { plans: 'srdeploy.plans', targets: 'srdeploy.targets', runs: 'srdeploy.runs' } as const;
export const panelTypes = { run: 'srdeploy.run', plan: 'srdeploy.plan' } as const;
export const languageIds = { plan: 'srdeploy', config: 'deploy-config' } as const;
export const taskType = 'srdeploy';
export const problemMatcher = '$srdeploy-validate';
export const settingIds = {
  exclude: 'srdeploy.files.exclude',
  scope: 'srdeploy.diagnostics.scope',
  trace: 'srdeploy.trace.server',
} as const;
/** Scheme of the read-only document that holds a run's whole log; not in package.json. */
export const logScheme = 'srdeploy-log';
/** Scheme of the read-only documents that hold scripts as they were planned; not in package.json. */
export const scriptScheme = 'srdeploy-script';
/** Scheme of the read-only documents that say how migrations stand; not in package.json. */
export const statusScheme = 'srdeploy-status';
/** Words that `viewItem` of a run carries and that menus ask for. */
export const runWords = ['cancellable', 'resumable', 'approvable', 'continuable', 'reversible'] as const;
