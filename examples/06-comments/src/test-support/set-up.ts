import { CoroutineExecutor } from 'heddle';
import { Api, type ApiOptions } from '../api.js';
import type { Means } from '../count.js';
import { CommentsServer, type Faults } from '../server.js';
import type { Tree } from '../tree.js';

export interface Setup extends AsyncDisposable {
  readonly server: CommentsServer;
  readonly means: Means;
  readonly executor: CoroutineExecutor;
}

/** A server, and what it takes to count what it has. */
export async function setUp(tree: Tree, faults: Faults, maxConcurrency: number, options?: Partial<ApiOptions>): Promise<Setup> {
  const server = await CommentsServer.start(tree, faults);
  const executor = new CoroutineExecutor({ maxConcurrency });
  const api = new Api({ url: server.url, timeoutMs: 60_000, attempts: 3, ...options });
  return {
    server,
    executor,
    means: { api, executor },
    [Symbol.asyncDispose]: async () => {
      await executor.shutdown();
      await server[Symbol.asyncDispose]();
    },
  };
}
