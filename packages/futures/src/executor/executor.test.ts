import { describe, expect, test } from '@jest/globals';
import { FutureController } from '../future/future-controller.js';
import type { Future } from '../future/future.js';
import { backendOf, type ShutdownOptions } from './backend.js';
import { BaseBackend } from './base-backend.js';
import { Executor } from './executor.js';
import type { ExecutorStatistics } from './statistics.js';
import type { ItemList, Reservation, TaskRequest } from './task-request.js';

/** Records the calls that reach it. */
class RecordingBackend extends BaseBackend {
  readonly parallelism = 3;
  readonly requests: TaskRequest[] = [];
  readonly calls: unknown[] = [];

  schedule(request: TaskRequest): Future<unknown> {
    this.requests.push(request);
    const controller = new FutureController<unknown>();
    controller.setResult(request.kind === 'chunk' ? { values: Array.from(request.items as ItemList), elapsedMs: 0 } : undefined);
    return controller.future;
  }

  shutdown(options?: ShutdownOptions): Promise<void> {
    this.calls.push(['shutdown', options]);
    return Promise.resolve();
  }

  statistics(): ExecutorStatistics {
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
    const backend = new RecordingBackend();
    const executor = new Executor(backend);
    const fn = (a: number, b: number): number => a + b;
    void executor.submit(fn, 1, 2);
    expect(backend.requests).toEqual([{ kind: 'call', fn, args: [1, 2], options: {} }]);
  });

  test('map and starmap make requests of chunks', async () => {
    const backend = new RecordingBackend();
    const executor = new Executor(backend);
    const fn = (n: number): number => n;
    expect(await executor.map(fn, [1, 2, 3], { chunkSize: 2 }).toArray()).toEqual([1, 2, 3]);
    await executor.starmap(fn, new Set([[4]] as [number][]), { chunkSize: 2 }).toArray();
    expect(backend.requests.map((request) => request.kind === 'chunk' && [request.spread, request.items])).toEqual([
      [false, [1, 2]],
      [false, [3]],
      [true, [[4]]],
    ]);
    expect(backend.calls).toEqual([['snapshot', false], ['reserve']]);
  });

  test('a view has the workers of its executor, and adds options; inner ones win', async () => {
    const backend = new RecordingBackend();
    const executor = new Executor(backend);
    const { signal } = new AbortController();
    const options = { name: 'outer', priority: 1, signal };
    const view = executor.with(options).with({ name: 'inner', timeoutMs: 5 });
    options.name = 'changed later';
    void view.submit(() => 1);
    await view.map((n) => n, [1]).toArray();
    for (const request of backend.requests) expect(request.options).toEqual({ name: 'inner', priority: 1, signal, timeoutMs: 5 });
    expect(backend.requests).toHaveLength(2);
    expect(view.parallelism).toBe(3);
    expect(view.statistics()).toEqual({ state: 'open' });
    await view.shutdown({ wait: false });
    expect(backend.calls.at(-1)).toEqual(['shutdown', { wait: false }]);
  });

  test('await using shuts down and waits', async () => {
    const backend = new RecordingBackend();
    const executor = new Executor(backend);
    {
      await using view = executor.with({ name: 'x' });
      expect(view.parallelism).toBe(3);
    }
    expect(backend.calls).toEqual([['shutdown', { wait: true }]]);
  });

  test('options of with() are checked, unknown ones named', () => {
    const backend = new RecordingBackend();
    const executor = new Executor(backend);
    expect(() => executor.with({ prio: 1 } as never)).toThrow(
      'with: unknown option "prio"; known options: signal, timeoutMs, priority, name, onProgress',
    );
    expect(() => executor.with({ onProgres: 1 } as never)).toThrow('did you mean "onProgress"?');
    expect(() => executor.with({ signal: 'x' } as never)).toThrow('with: signal must be an AbortSignal, got "x"');
  });
});

describe('the façade', () => {
  test('has nothing that only authors call', () => {
    const members = Object.getOwnPropertyNames(Executor.prototype).sort();
    const ofItems = ['filter', 'forEach', 'map', 'parallelism', 'reduce'];
    expect(members).toEqual(['broadcast', 'constructor', ...ofItems, 'shutdown', 'starmap', 'statistics', 'stream', 'submit', 'with']);
  });

  test('gives authors its backend', () => {
    const backend = new RecordingBackend();
    expect(backendOf(new Executor(backend))).toBe(backend);
  });

  test('refuses what is no backend', () => {
    expect(() => new Executor(undefined as never)).toThrow('Executor: a Backend is needed (see @heddle/futures/authors), got undefined');
  });

  test.each([undefined, null, 5, {}, { schedule: () => undefined }])('backendOf(%p) says what it needs', (value) => {
    expect(() => backendOf(value, 'retrying: executor')).toThrow(/^retrying: executor must be an Executor, got /);
  });

  test('an executor of another version is told apart', () => {
    expect(() => backendOf({ submit: () => undefined })).toThrow(
      /must be an Executor of this version of @heddle\/futures, .*npm ls @heddle\/futures/,
    );
  });
});
