import type { Plan, Redactor, World } from '../core/index.ts';
import { requestCancel } from '../core/index.ts';
import {
  type ApproveReply,
  type ApproveRequest,
  type ChangeTargetReply,
  type ChangeTargetRequest,
  exitCodes,
  type StartReply,
  type StartRequest,
} from '../protocol/index.ts';
import { recordCrash } from './attempt.ts';
import { configuredChannels } from './configured-channels.ts';
import { jsonLine, readJsonLines } from './control/json-lines.ts';
import { createOperatorDesk } from './control/operator.ts';
import { crashView } from './crash-view.ts';
import { createMachine, createWorld } from './create-world.ts';
import { createHistoryIndexer } from './history-indexer.ts';
import { projectIn } from './project.ts';
import { rememberingMachine } from './remembering.ts';
import { ok, type Result, refuse } from './result.ts';
import { runExitCode } from './run-exit-code.ts';
import { createRunStore } from './run-store.ts';
import { serve } from './serve/serve.ts';
import { approveRun, approveShown } from './verbs/approve.ts';
import { resume } from './verbs/resume.ts';
import { startPlan } from './verbs/start.ts';
import { changeConfiguredTarget } from './verbs/target-change.ts';

/** The verbs of the runner as a process of its own. Resolves with the exit code. */
export async function runStandalone(verb: string | undefined, dist: string): Promise<number> {
  const env = takeEnvironment();
  switch (verb) {
    case 'start':
      return answered(start((await firstLine()) as StartRequest, dist, env));
    case 'approve':
      return answered(approve((await firstLine()) as ApproveRequest, dist, env));
    case 'target':
      return answered(changeTarget((await firstLine()) as ChangeTargetRequest, dist, env));
    case 'serve':
      return serve(dist, env);
    default:
      process.stderr.write('Usage: runner start | approve | target | serve\n');
      return exitCodes.invalidInput;
  }
}

/** Whoever started the runner hears of what went wrong, also where the machine refused it before anything had begun. */
const answered = (work: Promise<number>): Promise<number> =>
  work.catch((error) => refused({ type: 'error', error: crashView(error) }));

/** What the editor's host put into the environment for itself goes to nothing that the runner starts. Spec: design, "Client → runner". */
function takeEnvironment(): NodeJS.ProcessEnv {
  for (const name of Object.keys(process.env)) {
    if (name === 'NODE_OPTIONS' || name.startsWith('VSCODE_')) delete process.env[name];
  }
  return { ...process.env };
}

async function firstLine(): Promise<unknown> {
  const { value } = await readJsonLines(process.stdin).next();
  return value;
}

async function start(request: StartRequest, dist: string, env: NodeJS.ProcessEnv): Promise<number> {
  // A signal ends nothing at once: the operation is cancelled, the lease given back.
  const cancel = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => requestCancel(cancel, `${request.by} (${signal})`));
  }
  const desk = createOperatorDesk();
  const created = await createWorld({
    project: request.project,
    machine: rememberingMachine(createMachine(dist)),
    env,
    secrets: request.secrets,
    operator: desk.operator,
    access: 'act',
  });
  if (created.type === 'refused') {
    return reply(storeRefused(created.message), request);
  }
  const store = createRunStore(request.project);
  const indexer = createHistoryIndexer(request.project, dist, created.world);
  let redactor: Redactor | undefined;
  let isAnswered = false;
  /** The first event says that the attempt goes on, or whom it waits for. Before that it may still be refused. */
  const answerStarted = () => {
    if (!isAnswered) answer({ type: 'started', run: request.run });
    isAnswered = true;
  };
  process.on('uncaughtException', (error) => {
    // Standard error leads nowhere: a defect outside the attempt is kept beside the journal, or nobody would ever hear of it.
    const kept = redactor ? recordCrash(store, request.run, redactor, error) : Promise.resolve();
    void kept.then(() => process.exit(exitCodes.internal));
  });
  const act = {
    project: projectIn(request.project),
    world: created.world,
    store,
    desk,
    env,
    run: request.run,
    by: request.by,
    consent: request.consent,
    cancel,
    channels: await configuredChannels(projectIn(request.project), created.world),
    publish: answerStarted,
    warn: (message: string) => {
      if (redactor) void recordCrash(store, request.run, redactor, message); // Never rejects.
    },
    onStart: (given: Redactor, plan: Plan) => {
      redactor = given;
      indexer.begin(plan.operations.length);
    },
  };
  try {
    const result = request.verb !== 'resume' && request.plan ? await startPlan(request.plan, act) : await resume(act);
    if (!isAnswered) reply(result, request);
    if (!redactor) return result.type === 'ok' ? exitCodes.done : result.error.exitCode;
    const tell = (message: string) => void recordCrash(store, request.run, redactor as Redactor, message); // Never rejects.
    await indexer.finish(tell);
    if (result.type === 'ok') return runExitCode(result.value);
    await recordCrash(store, request.run, redactor, `${result.error.code} ${result.error.message}`);
    return result.error.exitCode;
  } catch (error) {
    if (redactor) await recordCrash(store, request.run, redactor, error);
    if (!isAnswered) throw error;
    return crashView(error).exitCode;
  }
}

async function approve(request: ApproveRequest, dist: string, env: NodeJS.ProcessEnv): Promise<number> {
  const world = await openToAct(request.project, dist, env);
  if (world.type === 'error') return refused(world);
  const { subject, by, comment } = request;
  const options = { world: world.value, by, comment };
  const approved = await ('run' in subject
    ? approveRun(subject.run, createRunStore(request.project), options)
    : approveShown(subject.plan, options));
  if (approved.type === 'error') return refused(approved);
  answer({ type: 'recorded' });
  return exitCodes.done;
}

async function changeTarget(request: ChangeTargetRequest, dist: string, env: NodeJS.ProcessEnv): Promise<number> {
  const world = await openToAct(request.project, dist, env);
  if (world.type === 'error') return refused(world);
  const options = { project: projectIn(request.project), world: world.value, dist, by: request.by };
  const changed = await changeConfiguredTarget(request.change, options);
  if (changed.type === 'error') return refused(changed);
  const { file, outcome, target, notMirrored } = changed.value;
  const production = target?.production === true;
  answer({ type: 'done', file, outcome, production, ...(notMirrored !== undefined && { notMirrored }) });
  return exitCodes.done;
}

/** The world of a verb that acts and runs nothing. */
async function openToAct(project: string, dist: string, env: NodeJS.ProcessEnv): Promise<Result<World>> {
  const { operator } = createOperatorDesk();
  const machine = createMachine(dist);
  const created = await createWorld({ project, machine, env, secrets: {}, operator, access: 'act' });
  return created.type === 'refused' ? storeRefused(created.message) : ok(created.world);
}

const storeRefused = (message: string): Result<never> => refuse('STATE_STORE_REFUSED', message, exitCodes.unknown);

function reply(result: Result<unknown>, request: Pick<StartRequest, 'run'>): number {
  if (result.type === 'error') return refused(result);
  answer({ type: 'started', run: request.run });
  return exitCodes.done;
}

function refused({ error }: Extract<Result<unknown>, { type: 'error' }>): number {
  answer({ type: 'refused', error });
  return error.exitCode;
}

/** The one line of answer, after which standard output is closed: whoever started the runner may go away. */
function answer(line: StartReply | ApproveReply | ChangeTargetReply): void {
  process.stdout.on('error', () => undefined); // Whoever asked has gone; the run goes on.
  process.stdout.end(jsonLine(line));
}
