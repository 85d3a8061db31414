import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { planOf, planOfSteps } from './plan-of.ts';

export const PLANS = 200;
export const STEPS = 50;
export const SCRIPTS = 1_000;

/** A folder with 1,000 scripts, 200 plans of 50 steps and one plan of 5,000 lines; every script that they name is there. */
export interface Workspace {
  readonly folder: string;
  /** The 5,000 lines. */
  readonly long: { readonly path: string; readonly text: string };
  readonly plan: (number: number) => { readonly path: string; readonly text: string };
}

/** Makes the workspace for a piece of work and removes it afterwards. */
export async function withWorkspace<Result>(work: (workspace: Workspace) => Promise<Result>): Promise<Result> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'srdeploy-bench-')));
  try {
    return await work(fill(folder));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The id of a step says its plan too, so that one question finds it among all plans. */
export const stepsOf = (plan: number): string => `p${String(plan).padStart(3, '0')}_s`;

function fill(folder: string): Workspace {
  const [migrations, deployments] = [join(folder, 'migrations'), join(folder, 'deployments')];
  for (const made of [migrations, deployments]) mkdirSync(made);
  for (let number = 1; number <= SCRIPTS / 2; number++) {
    for (const letter of ['V', 'R'])
      writeFileSync(join(migrations, `${letter}${String(number).padStart(5, '0')}__change.sql`), 'SELECT 1;\n');
  }
  const plan = (number: number) => ({
    path: join(deployments, `plan-${number}.srdeploy`),
    text: planOfSteps(STEPS, stepsOf(number)),
  });
  for (let number = 1; number <= PLANS; number++) writeFileSync(plan(number).path, plan(number).text);
  // Not written to disk: it is only ever open, so that the workspace has the 200 plans and no more.
  return { folder, long: { path: join(deployments, 'long.srdeploy'), text: planOf(5_000) }, plan };
}
