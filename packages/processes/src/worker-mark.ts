/** In the environment of a process that was started as a worker: the pid of its caller. */
export const variable = 'HEDDLE_PROCESS';

/** The environment of a process that is to run one of our entries. */
export function workerEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return { ...env, [variable]: String(process.pid) };
}

/** This process runs our entry: what its tasks start are programs of their own. */
export function entryRuns(): void {
  Reflect.deleteProperty(process.env, variable);
}
