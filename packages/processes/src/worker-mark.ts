/** The variable in the environment of a worker process that holds the pid of its caller. */
export const variable = 'HEDDLE_PROCESS';

/** @returns the environment for a process that will run one of our entries */
export function workerEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return { ...env, [variable]: String(process.pid) };
}

/** Called by our entries. Programs that the worker's tasks start must not count as workers. */
export function entryRuns(): void {
  Reflect.deleteProperty(process.env, variable);
}
