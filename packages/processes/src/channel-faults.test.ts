/**
 * Tasks that damage the channel their worker talks over: that worker ends, with a reason, and no other one.
 *
 * @workers
 */
import { describe, expect, test } from '@jest/globals';
import { currentTask } from '@heddle/futures';
import { Process, ProcessQueue, type ProcessPoolExecutor } from '@heddle/processes';
import { failureOf, identity } from '@heddle/testkit/support';
import { expectStderr } from './test-support/expect-stderr.js';
import { withPool } from './test-support/with-pool.js';

const closeFd = async (fd: number): Promise<string> => {
  const { closeSync } = await import('node:fs');
  closeSync(fd);
  return 'closed';
};

/** The nonce of the channel, which only its two ends know: seen in what this worker writes. */
const nonceOfChannel = async (writing: () => unknown = () => currentTask()?.report('something to write')): Promise<number> => {
  const { default: fs } = await import('node:fs');
  const { writeSync } = fs;
  const seen = new Promise<number>((resolve) => {
    fs.writeSync = ((fd: number, bytes: Uint8Array, ...rest: []) => {
      if (fd === 4) {
        fs.writeSync = writeSync;
        resolve(new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true));
      }
      return writeSync(fd, bytes, ...rest);
    }) as typeof writeSync;
  });
  await writing();
  return seen;
};

/** Writes bytes among the frames to the caller; `head` is a frame's, with the channel's own nonce. */
const write = async (head: [body: number, buffers: number] | undefined, text: string): Promise<void> => {
  const { writeSync } = await import('node:fs');
  const bytes = Buffer.from(text);
  if (head === undefined) writeSync(4, bytes);
  else {
    const start = Buffer.alloc(12);
    start.writeUInt32LE(await nonceOfChannel(), 0);
    start.writeUInt32LE(head[0], 4);
    start.writeUInt32LE(head[1], 8);
    writeSync(4, Buffer.concat([start, bytes]));
  }
  process.exit(0);
};

async function goesOn(pool: ProcessPoolExecutor): Promise<void> {
  expect(await Promise.all([1, 2, 3].map((n) => pool.submit(identity, n)))).toEqual([1, 2, 3]);
  expect(pool.statistics()).toMatchObject({ state: 'open', crashes: 1 });
}

/** What a worker prints that can't answer any more. */
const channelClosed = /^heddle: the channel to the caller was closed \(EBADF\); did a task close a descriptor that isn't its own\?\n$/;

describe('a task that closes a descriptor of the channel', () => {
  test('what it answers with: the task fails with the reason', async () => {
    await expectStderr(channelClosed, () =>
      withPool({ maxWorkers: 1 }, async (pool) => {
        const failure = await failureOf(pool.submit(closeFd, 4));
        expect(failure).toMatchObject({ code: 'HEDDLE_WORKER_DIED' });
        expect(failure.message).toMatch(/channel to the caller was closed \(EBADF\)/);
        await goesOn(pool);
      }),
    );
  });

  test('what it gets tasks by: it is replaced, whatever was sent to it moves', async () => {
    await withPool({ maxWorkers: 1 }, async (pool) => {
      const closing = pool.submit(closeFd, 3);
      const after = [1, 2, 3].map((n) => pool.submit(identity, n));
      const [outcome] = await Promise.allSettled([closing]);
      if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'HEDDLE_WORKER_DIED' });
      expect(await Promise.all(after)).toEqual([1, 2, 3]);
      await goesOn(pool);
    });
  });

  test('the control file', async () => {
    await expectStderr(channelClosed, () =>
      withPool({ maxWorkers: 1 }, async (pool) => {
        expect(await failureOf(pool.submit(closeFd, 5))).toMatchObject({ code: 'HEDDLE_WORKER_DIED' });
        await goesOn(pool);
      }),
    );
  });
});

describe('bytes on the channel that are no frame', () => {
  test.each<[what: string, head: [number, number] | undefined, text: string, reason: RegExp]>([
    ['garbage', undefined, 'nothing of ours at all', /no frame begins here/],
    ['a frame that is cut off', [100, 0], 'too short', /the last frame is not whole/],
    ['a body larger than any', [0xffff_ffff, 0], '', /a body of 4294967295 bytes/],
    ['more buffers than any', [8, 0xffff_ffff], '', /4294967295 buffers/],
    ['a buffer of no size', [8, 1], '\xff\xff\xff\xff\xff\xff\xff\xff', /a buffer of .* bytes/],
    ['a body that is no message', [5, 0], 'hello', /garbled/],
  ])('%s', async (_what, head, text, reason) => {
    await withPool({ maxWorkers: 2 }, async (pool) => {
      const failure = await failureOf(pool.submit(write, head, text));
      expect(failure).toMatchObject({ code: 'HEDDLE_WORKER_DIED', cause: { code: 'HEDDLE_SERIALIZATION' } });
      expect(failure.message).toMatch(reason);
      await goesOn(pool);
    });
  });
});

describe('a frame that is announced and never comes', () => {
  const announce = async (size: number, then: 'return' | 'wait' | 'loop'): Promise<string> => {
    const { writeSync } = await import('node:fs');
    const start = Buffer.alloc(12);
    start.writeUInt32LE(await nonceOfChannel(), 0);
    start.writeUInt32LE(size, 4);
    writeSync(4, start);
    if (then === 'wait') await new Promise((resolve) => setTimeout(resolve, 2 ** 30));
    while (then === 'loop');
    return 'answered in vain';
  };

  test.each(['return', 'wait', 'loop'] as const)('2 GiB, and its task does this: %s', async (then) => {
    await withPool({ maxWorkers: 1 }, async (pool) => {
      const failure = await failureOf(pool.submit(announce, 2 ** 31 - 1, then));
      expect(failure).toMatchObject({ code: 'HEDDLE_WORKER_DIED', cause: { code: 'HEDDLE_SERIALIZATION' } });
      expect(failure.message).toMatch(/a frame was begun, and nothing more of it came/);
      await goesOn(pool);
    });
  });

  test('who blocks is told too', async () => {
    await withPool({ maxWorkers: 1 }, async (pool) => {
      const future = pool.submit(announce, 2 ** 31 - 1, 'return');
      expect(() => future.resultSync(20_000)).toThrow(expect.objectContaining({ code: 'HEDDLE_WORKER_DIED' }));
      await goesOn(pool);
    });
  });
});

/** Writes a whole frame, and lives on. */
const send = async (message: unknown): Promise<void> => {
  const { writeSync } = await import('node:fs');
  const { writeFrame } = await import('@heddle/serialization/frames');
  for (const part of writeFrame(await nonceOfChannel(), message)) writeSync(4, part);
  await new Promise(() => undefined);
};

describe('frames that are whole and make no sense: they end their worker, and nobody else', () => {
  test.each<[what: string, message: unknown, reason: RegExp]>([
    ['no list', { kind: 2 }, /makes no sense/],
    ['nothing', undefined, /makes no sense/],
    ['a text', 'results', /makes no sense/],
    ['an empty list', [], /makes no sense/],
    ['an unknown kind', [77, 1, 2], /makes no sense/],
    ['the name of a method as kind', ['constructor'], /makes no sense/],
    ['a result without a value', [2, 0.5, 3], /makes no sense/],
    ['a result whose code is none', [2, 0.5, { word: 1 }, 'x'], /makes no sense/],
    ['a result whose code is too large', [2, 0.5, 2 ** 40, 'x'], /makes no sense/],
    ['a result of a task that it does not have', [2, 0.5, 900, 'x'], /answered for a task that it does not have/],
    ['a claim of no word', [3, -1], /makes no sense/],
    ['a claim beyond all words', [3, 1024], /makes no sense/],
    ['progress without a value', [5, 0], /makes no sense/],
    ['a call of nothing', [10, null], /makes no sense/],
    ['a call without a number', [10, { ticket: 0, callId: 'x', link: 1, args: [], encoded: false }], /makes no sense/],
    ['a nested task without a function', [6, { id: 1, kind: 'call', args: [], encoded: false, options: {} }], /makes no sense/],
    [
      'a nested task whose function has no text',
      [6, { id: 1, fn: { kind: 'source', id: 'x', name: 'x' }, kind: 'call', args: [], encoded: false, options: {} }],
      /makes no sense/,
    ],
    [
      'a nested task of a kind that there is not',
      [
        6,
        {
          id: 1,
          fn: { kind: 'reference', id: 'x', module: 'node:path', name: 'basename' },
          kind: 'stream',
          args: [],
          encoded: false,
          options: {},
        },
      ],
      /makes no sense/,
    ],
    [
      'a nested task whose arguments are none',
      [
        6,
        {
          id: 1,
          fn: { kind: 'reference', id: 'x', module: 'node:path', name: 'basename' },
          kind: 'call',
          args: 5,
          encoded: false,
          options: {},
        },
      ],
      /makes no sense/,
    ],
    ['a wait for nothing', [11, 'a', 'b', 'c'], /makes no sense/],
  ])('%s', async (_what, message, reason) => {
    await withPool({ maxWorkers: 2 }, async (pool) => {
      const failure = await failureOf(pool.submit(send, message));
      expect(failure).toMatchObject({ code: 'HEDDLE_WORKER_DIED', cause: { code: 'HEDDLE_SERIALIZATION' } });
      expect(failure.message).toMatch(reason);
      await goesOn(pool);
    });
  });

  test('a result that is sent twice is one, and a third spoils no more than the tasks of its worker', async () => {
    await withPool({ maxWorkers: 1 }, async (pool) => {
      const twice = async (): Promise<void> => {
        const { writeSync } = await import('node:fs');
        const { writeFrame } = await import('@heddle/serialization/frames');
        for (const part of writeFrame(await nonceOfChannel(), [2, 0.5, 0, 'first', 0, 'second'])) writeSync(4, part);
      };
      expect(await pool.submit(twice)).toBe('first');
      // The third answer may be taken for the next task's: a worker that lies can spoil what it has. All are settled.
      await Promise.allSettled([1, 2, 3, 4].map((n) => pool.submit(identity, n)));
      expect(await pool.submit(identity, 5)).toBe(5);
    });
  });

  test('a chunk of a map that is answered with something else fails the map', async () => {
    await withPool({ maxWorkers: 1 }, async (pool) => {
      const answer = async (): Promise<number> => {
        const { writeSync } = await import('node:fs');
        const { writeFrame } = await import('@heddle/serialization/frames');
        for (const part of writeFrame(await nonceOfChannel(), [2, 0.5, 0, 'no chunk'])) writeSync(4, part);
        return new Promise<number>(() => undefined);
      };
      const failure = await failureOf(pool.map(answer, [1], { chunkSize: 1 }).toArray());
      expect(failure).toMatchObject({
        code: 'HEDDLE_SERIALIZATION',
        message: expect.stringMatching(/answered a chunk of a map with something else/),
      });
    });
  });

  test('a Process', async () => {
    const target = async (queue: ProcessQueue<number>): Promise<void> => {
      const { writeSync } = await import('node:fs');
      const { writeFrame } = await import('@heddle/serialization/frames');
      const nonce = await nonceOfChannel(() => queue.put(1));
      for (const part of writeFrame(nonce, { kind: 'returned', value: 'no packet' })) writeSync(4, part);
      await new Promise(() => undefined);
    };
    const child = new Process({ target, args: [new ProcessQueue<number>()] });
    child.start();
    await expect(child.result()).rejects.toMatchObject({
      code: 'HEDDLE_WORKER_DIED',
      cause: { code: 'HEDDLE_SERIALIZATION' },
      message: expect.stringMatching(/makes no sense/),
    });
  });
});

describe('a task that spoils its process', () => {
  test('process.disconnect(): there is nothing to disconnect', async () => {
    await withPool({ maxWorkers: 1 }, async (pool) => {
      expect(
        await failureOf(
          pool.submit(() => {
            process.disconnect();
          }),
        ),
      ).toMatchObject({ name: 'TypeError' });
      expect(await pool.submit(identity, 1)).toBe(1);
    });
  });

  test('broken globals end the worker even where uncaught exceptions are caught', async () => {
    await withPool({ maxWorkers: 1 }, async (pool) => {
      const failure = await failureOf(
        pool.submit(() => {
          process.on('uncaughtException', () => undefined);
          Array.prototype.push = (): never => {
            throw new Error('push is broken');
          };
        }),
      );
      expect(failure).toMatchObject({ code: 'HEDDLE_WORKER_DIED', exitCode: 1, cause: { message: 'push is broken' } });
      await goesOn(pool);
    });
  });
});
