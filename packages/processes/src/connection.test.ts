/**
 * Pipes: within one process, to a process, and between two.
 *
 * @workers
 */
import { describe, expect, test } from '@jest/globals';
import { Pipe, Process, activeChildren, type Connection } from '@heddle/processes';
import { transfer } from '@heddle/serialization';
import { failureOf, until } from '@heddle/testkit/support';
import { leavingNothing } from './test-support/leaving-nothing.js';

const endOfFile = { code: 'HEDDLE_SHUTDOWN', message: expect.stringMatching(/end of file/) as unknown };
const invalidState = { code: 'HEDDLE_INVALID_STATE' };

/** Whether a promise is settled when all that could settle it now has. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  return Promise.race([
    promise.then(
      () => true,
      () => true,
    ),
    new Promise<boolean>((resolve) => {
      setImmediate(() => {
        resolve(false);
      });
    }),
  ]);
}

/** Sends back what it receives, until the end of file. */
const echo = async (connection: Connection): Promise<void> => {
  for await (const value of connection) await connection.send(value);
};

/** Waits for it, and that it ended well. */
async function endOf(...processes: Process<never>[]): Promise<void> {
  for (const each of processes) {
    await each.join();
    expect([each.name, each.exitCode]).toEqual([each.name, 0]);
  }
}

describe('within one process', () => {
  test('both ends send and receive, in order; what is received is a copy, as it was sent', async () => {
    const [left, right] = Pipe();
    const value = { list: [1], map: new Map([['a', new Date(5)]]), bytes: new Uint8Array([1, 2]), error: new TypeError('t') };
    await left.send(value);
    value.list.push(2);
    value.bytes[0] = 9;
    await left.send(undefined);
    await right.send('back');
    expect(await left.recv()).toBe('back');
    const received = await right.recv<typeof value>();
    expect(received).toMatchObject({ list: [1], map: new Map([['a', new Date(5)]]), error: { name: 'TypeError', message: 't' } });
    expect([...received.bytes]).toEqual([1, 2]);
    expect(await right.recv()).toBeUndefined();
  });

  test('a receiver that waits gets what comes; several are served first come, first served', async () => {
    const [left, right] = Pipe();
    const waiting = [right.recv(), right.recv()];
    await left.send('first');
    await left.send('second');
    expect(await Promise.all(waiting)).toEqual(['first', 'second']);
  });

  test('a sender waits when 64 KiB are under way, and goes on when some were received', async () => {
    const [left, right] = Pipe();
    const kilobytes40 = 'x'.repeat(40_000);
    await left.send(kilobytes40);
    await left.send(kilobytes40); // begun when there was room
    const third = left.send('third');
    const fourth = left.send('fourth');
    expect(await isSettled(third)).toBe(false);
    await right.recv();
    await third;
    await fourth;
    expect([await right.recv(), await right.recv(), await right.recv()]).toEqual([kilobytes40, 'third', 'fourth']);
  });

  test('poll: at once, with a timeout, at the end of file', async () => {
    const [left, right] = Pipe();
    expect(await right.poll()).toBe(false);
    expect(await right.poll(5)).toBe(false);
    const polled = right.poll(60_000);
    await left.send(1);
    expect(await polled).toBe(true);
    expect(await right.poll()).toBe(true);
    expect(await right.recv()).toBe(1);
    const ended = right.poll(Infinity);
    left.close();
    expect([await ended, await right.poll()]).toEqual([true, true]);
    expect(await failureOf(right.recv())).toMatchObject(endOfFile);
  });

  test('close(): the other end receives what was sent, then the end of file, again and again; sending to it fails', async () => {
    const [left, right] = Pipe();
    await left.send(1);
    const waitsBehind = [right.recv(), right.recv()];
    left.close();
    left.close();
    expect(await waitsBehind[0]).toBe(1);
    expect(await failureOf(waitsBehind[1] ?? left.recv())).toMatchObject(endOfFile);
    expect(await failureOf(right.recv())).toMatchObject(endOfFile);
    expect(await failureOf(right.send(2))).toMatchObject({
      code: 'HEDDLE_SHUTDOWN',
      message: expect.stringMatching(/nobody will receive/) as unknown,
    });
    expect([left.closed, right.closed]).toEqual([true, false]);
  });

  test('close() while it waits itself, and uses after it', async () => {
    const [left, right] = Pipe();
    const waits = left.recv();
    const full = 'x'.repeat(70_000);
    await left.send(full);
    const sends = left.send(1);
    left.close();
    expect(await failureOf(waits)).toMatchObject({ ...invalidState, message: 'the connection was closed' });
    expect(await failureOf(sends)).toMatchObject(invalidState);
    for (const use of [left.recv(), left.send(1), left.poll(), left.poll(5)]) expect(await failureOf(use)).toMatchObject(invalidState);
    expect(await right.recv()).toBe(full);
    expect(await failureOf(right.recv())).toMatchObject(endOfFile);
  });

  test('a sender that waits for room fails when the other end is closed', async () => {
    const [left, right] = Pipe();
    await left.send('x'.repeat(70_000));
    const waits = left.send(1);
    right.close();
    expect(await failureOf(waits)).toMatchObject({ code: 'HEDDLE_SHUTDOWN' });
  });

  test('recv with a timeout and a signal: nothing is lost by it', async () => {
    const [left, right] = Pipe();
    expect(await failureOf(right.recv({ timeoutMs: 5 }))).toMatchObject({
      code: 'HEDDLE_TIMEOUT',
      message: 'Connection.recv waited for longer than 5 ms',
    });
    const controller = new AbortController();
    const aborted = right.recv({ signal: controller.signal, timeoutMs: 60_000 });
    controller.abort('enough');
    expect(await failureOf(aborted)).toMatchObject({ code: 'HEDDLE_ABORTED', cause: 'enough' });
    expect(await failureOf(right.recv({ signal: controller.signal }))).toMatchObject({ code: 'HEDDLE_ABORTED' });
    await left.send(1);
    expect(await failureOf(right.recv({ signal: controller.signal }))).toMatchObject({ code: 'HEDDLE_ABORTED' });
    expect(await right.recv({ timeoutMs: 0 })).toBe(1);
  });

  test('a function arrives with what it captures', async () => {
    const [left, right] = Pipe();
    const factor = 3;
    await left.send({ scale: (n: number) => n * factor });
    const { scale } = await right.recv<{ scale: (n: number) => number }>();
    expect(scale(2)).toBe(6);
  });

  test('what cannot travel is refused by its path, and the pipe goes on', async () => {
    const [left, right] = Pipe();
    expect(await failureOf(left.send({ a: [new WeakMap()] }))).toMatchObject({ code: 'HEDDLE_SERIALIZATION', path: 'value.a[0]' });
    expect(await failureOf(left.send({ inner: right }))).toMatchObject({ code: 'HEDDLE_SERIALIZATION', path: 'value.inner' });
    const bytes = new Uint8Array(100_000).fill(3);
    await left.send(transfer(bytes));
    expect(bytes.length).toBe(0);
    expect((await right.recv<Uint8Array>()).length).toBe(100_000);
  });

  test.each<[use: (connection: Connection) => Promise<unknown>, error: RegExp]>([
    [(c) => c.recv({ timeoutMs: -1 }), /Connection\.recv: timeoutMs must be 0 or more milliseconds, got -1/],
    [(c) => c.recv({ timeoutMs: NaN }), /Connection\.recv: timeoutMs/],
    [(c) => c.recv({ timeout: 5 } as never), /Connection\.recv: unknown option "timeout"; did you mean "timeoutMs"\?/],
    [(c) => c.recv({ signal: {} } as never), /Connection\.recv: signal must be an AbortSignal/],
    [(c) => c.poll(-1), /Connection\.poll: timeoutMs must be 0 or more/],
    [(c) => c.poll('1' as never), /Connection\.poll: timeoutMs must be a number/],
  ])('%s', async (use, error) => {
    expect((await failureOf(use(Pipe()[0]))).message).toMatch(error);
  });

  test('an end that nobody holds any more is closed', async () => {
    const right = (() => Pipe()[1])();
    const waits = failureOf(right.recv());
    let isOver = false;
    void waits.then(() => {
      isOver = true;
    });
    await until('the end of file', () => {
      globalThis.gc?.();
      return isOver;
    });
    expect(await waits).toMatchObject(endOfFile);
  });
});

describe('to a process', () => {
  test(
    'to and fro, until this end is closed',
    leavingNothing(async () => {
      const [here, there] = Pipe();
      const child = new Process({ target: echo, args: [there] });
      child.start();
      for (const value of [1, 'two', [3], { four: 4 }, null]) {
        await here.send(value);
        expect(await here.recv()).toEqual(value);
      }
      const all = Array.from({ length: 200 }, (_, i) => i);
      const sent = Promise.all(all.map(async (each) => here.send(each)));
      const received = [];
      while (received.length < all.length) received.push(await here.recv());
      await sent;
      expect(received).toEqual(all);
      here.close();
      await endOf(child);
    }),
  );

  test(
    "the one that was passed on is the process's: here it is none any more, and close() does nothing",
    leavingNothing(async () => {
      const [here, there] = Pipe();
      const waits = there.recv();
      const child = new Process({ target: echo, args: [there], name: 'Weft' });
      child.start();
      expect(await failureOf(waits)).toMatchObject(invalidState);
      expect(there.closed).toBe(true);
      there.close();
      expect(await failureOf(there.send(1))).toMatchObject({
        ...invalidState,
        message: expect.stringMatching(/Connection\.send: the connection was passed to Weft/) as unknown,
      });
      const second = new Process({ target: echo, args: [there] });
      expect(() => {
        second.start();
      }).toThrow(expect.objectContaining(invalidState));
      expect(activeChildren()).toEqual([child]);
      await here.send('still');
      expect(await here.recv()).toBe('still');
      here.close();
      await endOf(child);
    }),
  );

  test(
    'anywhere in arrays and plain objects, the same one twice, in a circle',
    leavingNothing(async () => {
      const [here, there] = Pipe();
      const round: { self?: unknown; list: readonly unknown[] } = { list: Object.assign(new Array<unknown>(3), { 1: there, 2: [there] }) };
      const child = new Process({
        target: async (given: { list: [undefined, Connection, [Connection]] }, again: unknown, big: number[]) => {
          const [, connection, [same]] = given.list;
          await connection.send([same === connection, 0 in given.list, again === given, big.length]);
        },
        args: [round as never, round, new Array<number>(100_000).fill(1)],
      });
      child.start();
      expect(await here.recv()).toEqual([true, false, true, 100_000]);
      await endOf(child);
      expect(await failureOf(here.recv())).toMatchObject(endOfFile);
    }),
  );

  test(
    'its end is the end of file here, however it ends: kill -9',
    leavingNothing(async () => {
      const [here, there] = Pipe();
      const child = new Process({
        target: async (connection: Connection) => {
          await connection.send('last words');
          await connection.recv();
        },
        args: [there],
      });
      child.start();
      expect(await here.poll(60_000)).toBe(true);
      const [words, end] = [here.recv(), failureOf(here.recv())];
      child.kill();
      expect(await words).toBe('last words');
      expect(await end).toMatchObject(endOfFile);
      expect(await failureOf(here.send(1))).toMatchObject({ code: 'HEDDLE_SHUTDOWN' });
      await child.join();
    }),
  );

  test(
    'in the process: end of file, timeouts, aborts, misuse',
    leavingNothing(async () => {
      const [here, there] = Pipe();
      const child = new Process({
        target: async (connection: Connection) => {
          const codes: unknown[] = [];
          const note = async (use: Promise<unknown>): Promise<void> => {
            codes.push(await use.catch((error: unknown) => (error as { code?: string }).code ?? (error as Error).name));
          };
          await note(connection.poll());
          await note(connection.poll(5));
          await note(connection.recv({ timeoutMs: 5 }));
          const controller = new AbortController();
          const aborted = connection.recv({ signal: controller.signal });
          controller.abort();
          await note(aborted);
          await note(connection.recv({ timeoutMs: -1 }));
          await note(connection.send({ held: new WeakMap() }));
          await connection.send('go on');
          await note(connection.recv({ timeoutMs: 60_000 }));
          await note(connection.recv());
          await note(connection.poll());
          await note(connection.send(1));
          connection.close();
          await note(connection.recv());
          return codes;
        },
        args: [there],
      });
      child.start();
      await here.recv();
      await here.send('gone');
      here.close();
      expect(await child.result()).toEqual([
        false,
        false,
        'HEDDLE_TIMEOUT',
        'HEDDLE_ABORTED',
        'RangeError',
        'HEDDLE_SERIALIZATION',
        'gone',
        'HEDDLE_SHUTDOWN',
        true,
        'HEDDLE_SHUTDOWN',
        'HEDDLE_INVALID_STATE',
      ]);
      await endOf(child);
    }),
  );

  test(
    'a process that is far ahead of its receiver stops',
    leavingNothing(async () => {
      const [here, there] = Pipe();
      const [reports, reporter] = Pipe();
      const child = new Process({
        target: async (connection: Connection, told: Connection) => {
          const megabyte = new Uint8Array(2 ** 20);
          let [isWaiting, count] = [false, 0];
          // When a second call after it was answered and the send was not, it waits.
          for (; !isWaiting; count++) {
            isWaiting = true;
            void connection.send(megabyte).then(() => {
              isWaiting = false;
            });
            await told.poll();
            await told.poll();
            await new Promise((resolve) => setImmediate(resolve));
          }
          await told.send(count);
          for (; count < 300; count++) await connection.send(megabyte);
          return process.memoryUsage.rss() / 2 ** 20;
        },
        args: [there, reporter],
      });
      child.start();
      expect(await reports.recv()).toBe(2); // the pipe's 64 KiB were over with the first
      for (let received = 0; received < 300; received++) expect((await here.recv<Uint8Array>()).length).toBe(2 ** 20);
      expect(await child.result()).toBeLessThan(250); // Node 24 alone lets 100 MiB of garbage lie
      await endOf(child);
    }),
  );

  test(
    'a process that does not await its sends keeps them to itself',
    leavingNothing(async () => {
      const [here, there] = Pipe();
      const child = new Process({
        target: async (connection: Connection) => {
          const sends = Array.from({ length: 100 }, async (_, i) => connection.send([i, new Uint8Array(2 ** 20)]));
          await connection.poll(); // all calls before have been answered that could be
          await Promise.all(sends);
        },
        args: [there],
      });
      const before = process.memoryUsage().arrayBuffers;
      child.start();
      expect(await here.poll(60_000)).toBe(true);
      expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(20 * 2 ** 20);
      for (let i = 0; i < 100; i++) expect((await here.recv<[number]>())[0]).toBe(i);
      await endOf(child);
    }),
  );
});

describe('between processes', () => {
  test(
    "both ends passed on: two processes talk, and one's end is the other's end of file",
    leavingNothing(async () => {
      const [left, right] = Pipe();
      const asks = new Process({
        target: async (connection: Connection) => {
          const answers = [];
          for (let n = 0; n < 50; n++) {
            await connection.send(n);
            answers.push(await connection.recv());
          }
          return answers.length;
        },
        args: [left],
      });
      const answers = new Process({ target: echo, args: [right] });
      answers.start();
      asks.start();
      expect(await asks.result()).toBe(50);
      await endOf(asks, answers);
    }),
  );

  test(
    'a process passes on what it was given to a process of its own',
    leavingNothing(async () => {
      const [here, there] = Pipe();
      const child = new Process({
        target: async (connection: Connection) => {
          const { Process: Inner } = await import('@heddle/processes');
          const grandchild = new Inner({
            target: async (own: Connection) => {
              for await (const value of own) await own.send(`${String(value)} from ${String(process.pid)}`);
            },
            args: [connection],
          });
          grandchild.start();
          const refused = await connection.send(1).catch((error: unknown) => (error as { code: string }).code);
          return { refused, pid: grandchild.pid };
        },
        args: [there],
      });
      child.start();
      await here.send('hello');
      const { refused, pid } = await child.result();
      expect(refused).toBe('HEDDLE_INVALID_STATE');
      expect(await here.recv()).toBe(`hello from ${String(pid)}`);
      here.close();
      await endOf(child);
    }),
  );
});
