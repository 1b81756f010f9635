import { describe, expect, test } from '@jest/globals';
import { Executor, type ShutdownOptions } from './executor.js';
import { FutureController } from './future-controller.js';
import type { Future } from './future.js';
import type { ExecutorStatistics } from './statistics.js';
import type { ItemList, Reservation, TaskRequest } from './task-request.js';

/** Notes what reaches it. */
class RecordingExecutor extends Executor {
  readonly parallelism = 3;
  readonly requests: TaskRequest[] = [];
  readonly calls: unknown[] = [];

  override schedule(request: TaskRequest): Future<unknown> {
    this.requests.push(request);
    const controller = new FutureController<unknown>();
    controller.setResult(request.kind === 'chunk' ? { values: Array.from(request.items as ItemList), elapsedMs: 0 } : undefined);
    return controller.future;
  }

  override shutdown(options?: ShutdownOptions): Promise<void> {
    this.calls.push(['shutdown', options]);
    return Promise.resolve();
  }

  override statistics(): ExecutorStatistics {
    return { state: 'open' } as ExecutorStatistics;
  }

  override snapshot(items: readonly unknown[], spread: boolean): readonly unknown[] {
    this.calls.push(['snapshot', spread]);
    return items.slice();
  }

  override reserve(onCancel: () => void): Reservation {
    this.calls.push(['reserve']);
    return super.reserve(onCancel);
  }
}

describe('Executor', () => {
  test('submit makes one request of the call', () => {
    const executor = new RecordingExecutor();
    const fn = (a: number, b: number): number => a + b;
    void executor.submit(fn, 1, 2);
    expect(executor.requests).toEqual([{ kind: 'call', fn, args: [1, 2], options: {} }]);
  });

  test('map and starmap make requests of chunks', async () => {
    const executor = new RecordingExecutor();
    const fn = (n: number): number => n;
    expect(await executor.map(fn, [1, 2, 3], { chunkSize: 2 }).toArray()).toEqual([1, 2, 3]);
    await executor.starmap(fn, new Set([[4]] as [number][]), { chunkSize: 2 }).toArray();
    expect(executor.requests.map((request) => request.kind === 'chunk' && [request.spread, request.items])).toEqual([
      [false, [1, 2]],
      [false, [3]],
      [true, [[4]]],
    ]);
    expect(executor.calls).toEqual([['snapshot', false], ['reserve']]);
  });

  test('a view has the workers of its executor, and adds options; inner ones win', async () => {
    const executor = new RecordingExecutor();
    const { signal } = new AbortController();
    const options = { name: 'outer', priority: 1, signal };
    const view = executor.with(options).with({ name: 'inner', timeoutMs: 5 });
    options.name = 'changed later';
    void view.submit(() => 1);
    await view.map((n) => n, [1]).toArray();
    for (const request of executor.requests) expect(request.options).toEqual({ name: 'inner', priority: 1, signal, timeoutMs: 5 });
    expect(executor.requests).toHaveLength(2);
    expect(view.parallelism).toBe(3);
    expect(view.statistics()).toEqual({ state: 'open' });
    await view.shutdown({ wait: false });
    expect(executor.calls.at(-1)).toEqual(['shutdown', { wait: false }]);
  });

  test('await using shuts down and waits', async () => {
    const executor = new RecordingExecutor();
    {
      await using view = executor.with({ name: 'x' });
      expect(view.parallelism).toBe(3);
    }
    expect(executor.calls).toEqual([['shutdown', { wait: true }]]);
  });

  test('options of with() are checked, unknown ones named', () => {
    const executor = new RecordingExecutor();
    expect(() => executor.with({ prio: 1 } as never)).toThrow(
      'with: unknown option "prio"; known options: signal, timeoutMs, priority, name, onProgress',
    );
    expect(() => executor.with({ onProgres: 1 } as never)).toThrow('did you mean "onProgress"?');
    expect(() => executor.with({ signal: 'x' } as never)).toThrow('with: signal must be an AbortSignal, got "x"');
  });
});
