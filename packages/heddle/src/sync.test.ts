/**
 * Tests locks, events and queues with the executors: as arguments of tasks, and as captures.
 *
 * @workers
 */
import { describe, expect, test } from '@jest/globals';
import { failureOf } from '@heddle/testkit/support';
import {
  Barrier,
  BoundedSemaphore,
  Condition,
  Event,
  InlineExecutor,
  LifoQueue,
  Lock,
  PriorityQueue,
  ProcessPoolExecutor,
  Queue,
  RLock,
  Semaphore,
  SimpleQueue,
  ThreadPoolExecutor,
} from 'heddle';

const objects = [
  new Lock(),
  new RLock(),
  new Condition(),
  new Event(),
  new Semaphore(),
  new BoundedSemaphore(),
  new Barrier(2),
  new Queue(),
  new PriorityQueue(),
  new LifoQueue(),
  new SimpleQueue(),
].map((object) => [object.constructor.name, object] as const);

describe('tasks in threads', () => {
  test('that are sent thousands of locks, one after the other, do not keep them until their heap is full', async () => {
    await using pool = new ThreadPoolExecutor({ maxWorkers: 1 });
    const sent: WeakRef<Lock>[] = [];
    const note = (lock: Lock): number => {
      const noted = ((globalThis as { noted?: WeakRef<Lock>[] }).noted ??= []);
      noted.push(new WeakRef(lock));
      return noted.filter((each) => each.deref() !== undefined).length;
    };
    let kept = 0;
    const count = 4000;
    for (let i = 0; i < count; i++) {
      const lock = new Lock();
      sent.push(new WeakRef(lock));
      if (i % 100 === 99) kept = await pool.submit(note, lock);
      else
        await pool.submit((given: Lock) => {
          ((globalThis as { noted?: WeakRef<Lock>[] }).noted ??= []).push(new WeakRef(given));
        }, lock);
    }
    expect(kept).toBeLessThan(count / 2);
    expect(sent.filter((each) => each.deref() !== undefined).length).toBeLessThan(count / 2);
  });

  test('share a lock that they were given, and one that they capture', async () => {
    await using pool = new ThreadPoolExecutor({ maxWorkers: 2 });
    const words = new Int32Array(new SharedArrayBuffer(8));
    const captured = new Lock();
    const add = async (given: Lock, times: number): Promise<void> => {
      for (let i = 0; i < times; i++) {
        given.acquireSync();
        words[0]! += 1;
        given.release();
        await captured.acquire();
        words[1]! += 1;
        captured.release();
      }
    };
    const given = new Lock();
    await Promise.all([1, 2, 3, 4].map(() => pool.submit(add, given, 500)));
    expect([...words]).toEqual([2000, 2000]);
  });

  test.each(objects)('come back with the same %s', async (_name, object) => {
    await using pool = new ThreadPoolExecutor({ maxWorkers: 1 });
    expect(await pool.submit((given: object) => given, object)).toBe(object);
    expect(await pool.submit(() => [object])).toEqual([object]);
    expect((await pool.submit(() => [object]))[0]).toBe(object);
  });

  test('a task that is stopped while it holds a lock abandons it', async () => {
    await using pool = new ThreadPoolExecutor({ maxWorkers: 1 });
    const [lock, held] = [new Lock(), new Event()];
    const future = pool.submit(() => {
      lock.acquireSync();
      held.set();
      for (;;);
    });
    await held.wait();
    const waiter = failureOf(lock.acquire());
    await future.abort('enough');
    expect(await waiter).toMatchObject({ code: 'HEDDLE_ABANDONED_LOCK' });
    await failureOf(future);
  });

  test('a nested task has it too', async () => {
    await using pool = new ThreadPoolExecutor({ maxWorkers: 1 });
    const queue = new Queue<string>();
    await pool.submit(async () => {
      const { currentExecutor } = await import('@heddle/futures');
      await currentExecutor()?.submit((inner: Queue<string>) => inner.put('from within'), queue);
    });
    expect(await queue.get()).toBe('from within');
  });

  test('an RLock belongs to a task, not to its worker', async () => {
    await using pool = new ThreadPoolExecutor({ maxWorkers: 1 });
    const [lock, go] = [new RLock(), new Event()];
    const first = pool.submit(async () => {
      const { currentExecutor } = await import('@heddle/futures');
      lock.acquireSync();
      lock.acquireSync();
      // While this task awaits the nested task, its worker runs the nested task.
      const other = await currentExecutor()?.submit((theirs: RLock) => theirs.tryAcquire(), lock);
      lock.release();
      lock.release();
      return other;
    });
    go.set();
    expect(await first).toBe(false);
    expect(lock.tryAcquire()).toBe(true);
  });
});

test.each(objects)('a %s is refused by a process, with the reason, at submit', async (name, object) => {
  await using pool = new ProcessPoolExecutor({ maxWorkers: 1 });
  const why = `a ${name} is memory that the threads of one process share; another process can't see it`;
  expect(await failureOf(pool.submit((given: unknown) => given, { deep: [object] }))).toMatchObject({
    code: 'HEDDLE_SERIALIZATION',
    message: expect.stringContaining(`args[0].deep[0]: ${why}`) as unknown,
  });
  expect(await failureOf(pool.submit(() => object))).toMatchObject({
    code: 'HEDDLE_SERIALIZATION',
    message: expect.stringMatching(new RegExp(`captured "object" .*: ${why}`)) as unknown,
  });
});

test('tasks that run in the caller have the very objects', async () => {
  await using inline = new InlineExecutor();
  const lock = new RLock();
  const own = lock.tryAcquire();
  // A task of InlineExecutor is an owner of its own, too.
  expect([own, await inline.submit((theirs: RLock) => [theirs === lock, theirs.tryAcquire()], lock)]).toEqual([true, [true, false]]);
});
