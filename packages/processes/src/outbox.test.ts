import { describe, expect, test } from '@jest/globals';
import { Outbox } from './outbox.js';

/** A pipe of so many bytes, with what was read from it. */
class Pipe {
  readonly size: number;
  readonly read: number[] = [];
  asked = 0;
  #held: number[] = [];
  isBroken = false;

  constructor(size: number) {
    this.size = size;
  }

  readonly put = (bytes: Uint8Array): number => {
    if (this.isBroken) throw Object.assign(new Error('broken pipe'), { code: 'EPIPE' });
    const count = Math.min(bytes.length, this.size - this.#held.length);
    if (count === 0) throw Object.assign(new Error('try again'), { code: 'EAGAIN' });
    this.#held.push(...bytes.subarray(0, count));
    return count;
  };

  readonly ask = (): void => {
    this.asked += 1;
  };

  drain(): void {
    this.read.push(...this.#held);
    this.#held = [];
  }
}

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

describe('Outbox', () => {
  test('what the pipe takes is gone at once, and nobody is asked for room', () => {
    const pipe = new Pipe(10);
    const outbox = new Outbox(pipe.put, pipe.ask);
    outbox.write(bytes(1, 2, 3), () => {
      throw new Error('nothing has to be kept');
    });
    pipe.drain();
    expect([pipe.read, outbox.isEmpty, pipe.asked]).toEqual([[1, 2, 3], true, 0]);
  });

  test('the rest waits, kept as it was, in order, until there is room; its memory is given back when it has left', () => {
    const pipe = new Pipe(4);
    const outbox = new Outbox(pipe.put, pipe.ask);
    const own = bytes(1, 2, 3, 4, 5, 6);
    const released: string[] = [];
    outbox.write(own, (rest) => ({
      bytes: rest.slice(),
      release: () => {
        released.push('first');
      },
    }));
    own.fill(9);
    outbox.write(bytes(7, 8), (rest) => ({
      bytes: rest,
      release: () => {
        released.push('second');
      },
    }));
    expect([outbox.isEmpty, pipe.asked, released]).toEqual([false, 1, []]);
    pipe.drain();
    outbox.flush();
    expect([outbox.isEmpty, released]).toEqual([true, ['first', 'second']]);
    pipe.drain();
    expect(pipe.read).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    outbox.flush();
  });

  test('room is asked for anew as long as something waits; room that was made meanwhile is used', () => {
    const pipe = new Pipe(2);
    const outbox = new Outbox(pipe.put, () => {
      pipe.ask();
      if (pipe.asked === 2) pipe.drain();
    });
    outbox.write(bytes(1, 2, 3, 4, 5, 6, 7));
    expect(pipe.asked).toBe(1);
    pipe.drain();
    outbox.flush();
    expect(pipe.asked).toBe(2);
    pipe.drain();
    expect(pipe.read).toEqual([1, 2, 3, 4, 5, 6]);
    outbox.flush();
    expect(outbox.isEmpty).toBe(true);
  });

  test('a pipe that nobody reads any more takes everything, to nowhere', () => {
    const pipe = new Pipe(1);
    const outbox = new Outbox(pipe.put, pipe.ask);
    const released: number[] = [];
    outbox.write(bytes(1, 2), (rest) => ({
      bytes: rest,
      release: () => {
        released.push(1);
      },
    }));
    pipe.isBroken = true;
    outbox.flush();
    outbox.write(bytes(3));
    expect([outbox.isEmpty, released]).toEqual([true, [1]]);
  });
});
