/**
 * The worker file that the executor names to Tinypool. It runs one task for each call of `run`.
 *
 *   run: load the function and classes ─▶ read the arguments ─▶ call ─▶ post the outcome ─▶ return, which frees the worker
 */
import {
  crashMessage,
  invoke,
  loadCallClasses,
  postOutcome,
  ProxyCalls,
  readCall,
  readReason,
  RunningTask,
  whileImporting,
  type Outcome,
} from '@heddle/engine/worker';
import { addTaskHost, createAmbient, internalFrames } from '@heddle/futures/worker';
import {
  encodeValue,
  isCallback,
  loadClasses,
  loadFunction,
  type FunctionDescriptor,
  type LoadedFunction,
} from '@heddle/serialization/worker';
import { openEndpoint, type TaskEndpoint } from './task-endpoint.js';
import type { TaskPayload } from './task-message.js';

internalFrames.add(import.meta.url, 'tinypool/dist/bundle/');

const ambient = createAmbient<RunningTask>();
const functions = new Map<string, LoadedFunction>();
let count = 0;
/** The ways to the callers of the tasks that run. */
const endpoints = new Set<TaskEndpoint>();

process.on('uncaughtExceptionMonitor', (error) => {
  for (const endpoint of endpoints) endpoint.post(['crashed', crashMessage(error, endpoint.destination)[1]]);
});

addTaskHost({
  currentTask: () => ambient.get(),
  currentExecutor: () => undefined,
  leadsToCaller: (fn) => (ambient.get() === undefined ? undefined : isCallback(fn)),
});

/** Runs a task. It never rejects: the outcome goes its own way. */
export async function run(payload: TaskPayload): Promise<void> {
  const endpoint = openEndpoint(payload);
  if (endpoint === undefined) return;
  const { destination, task } = endpoint;
  const running = new RunningTask(servicesOf(endpoint), 0, ++count, task.name, task.attempt);
  const calls = new ProxyCalls({
    endpoint: {
      destination,
      post: ([, call], transfer) => {
        endpoint.post(['call', call], transfer);
      },
    },
    awaits: () => undefined,
    resumes: () => undefined,
  });
  endpoint.listen((message) => {
    if (message[0] === 'reply') calls.answered(message[1], message[2], message[3]);
    else void abort(running, message[1], message[2]);
  });
  endpoints.add(endpoint);
  const startedAt = performance.now();
  const outcome = await runTask(endpoint, running, calls);
  const elapsedMs = performance.now() - startedAt;
  running.isEnded = true;
  running.proxyCalls?.end();
  postOutcome(outcome, outcome.hasFailed ? 'thrown value' : 'result', destination, (status, value, transfer) => {
    endpoint.post(['outcome', status, value, elapsedMs], transfer);
  });
  endpoints.delete(endpoint);
  endpoint.close();
}

async function runTask({ task }: TaskEndpoint, running: RunningTask, calls: ProxyCalls): Promise<Outcome> {
  try {
    const fn = await functionOf(task.descriptor);
    const classes = loadCallClasses(task.flags, task.args);
    if (classes !== undefined) await whileImporting(classes);
    const call = readCall(fn, task.flags, task.args, running, calls);
    if (call.loads !== undefined) await whileImporting(call.loads);
    const value = await ambient.run(running, () => invoke(call.fn, call.args, task.flags, running, calls));
    return { hasFailed: false, value };
  } catch (error) {
    return { hasFailed: true, value: error };
  }
}

async function functionOf(descriptor: FunctionDescriptor): Promise<LoadedFunction> {
  const known = functions.get(descriptor.id);
  if (known !== undefined) return known;
  const loading = loadFunction(descriptor);
  const fn = typeof loading === 'function' ? loading : await whileImporting(loading);
  functions.set(descriptor.id, fn);
  return fn;
}

function servicesOf(endpoint: TaskEndpoint): ConstructorParameters<typeof RunningTask>[0] {
  return {
    workerId: (process as { __tinypool_state__?: { workerId?: number } }).__tinypool_state__?.workerId ?? 0,
    watching: () => {
      endpoint.post(['watching']);
    },
    report: (_ticket, progress) => {
      const { value, encoded, transfer } = encodeValue(progress, 'progress', true, endpoint.destination);
      endpoint.post(['progress', value, encoded], transfer);
    },
  };
}

async function abort(running: RunningTask, reason: unknown, encoded: boolean): Promise<void> {
  const classes = encoded ? loadClasses(reason) : undefined;
  if (classes !== undefined) await whileImporting(classes);
  running.abort(readReason(reason, encoded));
}
