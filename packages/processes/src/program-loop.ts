/**
 * Keeps a program from starting itself without end.
 *
 *   caller ──spawn(execPath, [entry, ...]), env HEDDLE_PROCESS──▶ Node runs our entry, which removes the variable: a worker
 *                                                               ╲▶ anything else: it finds the variable, and is refused
 *
 * By default `execPath` is this process's own program. Where that is not Node but the whole application (a single executable application,
 * Electron), each worker would run the application, which would start workers.
 *
 * Invariant: a process that has the variable was started as a worker and does not run our entry. Processes that a worker starts don't have
 * the variable.
 */
import { InvalidStateError } from '@heddle/futures';
import { environment } from '@heddle/futures/authors';
import { requireOfNode } from '@heddle/serialization/worker';
import { variable } from './worker-mark.js';

/**
 * Refuses to start processes that would run this program again. Called before each start.
 *
 * @param what - the object that the user creates, for messages
 * @param execPath - the user's option
 * @param env - the environment of the processes
 * @throws InvalidStateError (`HEDDLE_INVALID_STATE`) when they would run this program again, and on Bun
 */
export function checkProgram(what: string, execPath: string | undefined, env: NodeJS.ProcessEnv): void {
  if (process.versions['bun'] !== undefined) {
    throw new InvalidStateError(
      `${what}: Bun cannot talk to worker processes, since its node:v8 has no Serializer: use threads (ThreadPoolExecutor, Thread), or run this program with Node or Deno`,
    );
  }
  const caller = environment(variable);
  if (caller !== undefined && caller !== '') {
    throw new InvalidStateError(
      `${what}: this process was started as a worker by process ${caller}, and runs a program that starts workers of its own (${process.execPath}): ` +
        'that would go on without end. execPath has to be Node, or a program that hands its arguments to Node; ' +
        `and what is preloaded into workers (--require, --import) may start none. A launcher that is meant to start workers removes ${variable} from its environment`,
    );
  }
  if (execPath !== undefined) return;
  if (isSingleExecutable()) {
    throw new InvalidStateError(
      `${what}: this program is a single executable application: without execPath its workers would be the application again. Give execPath, the path of Node; or use threads`,
    );
  }
  if (process.versions['electron'] !== undefined && !env['ELECTRON_RUN_AS_NODE']) {
    throw new InvalidStateError(
      `${what}: this program is an Electron app: without execPath its workers would be the app again. Give execPath, the path of Node; or set ELECTRON_RUN_AS_NODE=1 in their environment; or use threads`,
    );
  }
}

function isSingleExecutable(): boolean {
  try {
    // Not every runtime has the module. In a single executable application only `require` finds Node's own modules.
    const sea = requireOfNode('node:sea') as { isSea(): boolean };
    return sea.isSea();
  } catch {
    return false;
  }
}
