/** Tests the counting and the lines. */
import { Writable } from 'node:stream';
import { describe, expect, test } from '@jest/globals';
import { InlineExecutor, currentTask } from '@heddle/futures';
import { linesDisplay } from './lines.js';
import { withProgress, type ProgressOptions } from './with-progress.js';

/** A stream that is no terminal, and what was written to it. */
function createStream(): { stream: NodeJS.WriteStream; text: () => string } {
  let text = '';
  const stream = new Writable({
    write(chunk, _encoding, done) {
      text += String(chunk);
      done();
    },
  });
  return { stream: stream as unknown as NodeJS.WriteStream, text: () => text };
}

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

describe('counting', () => {
  test('yields the same items, and counts each, not chunks', async () => {
    const { stream, text } = createStream();
    const results = new InlineExecutor().map((n: number) => n * 2, range(4), { chunkSize: 4 });
    expect(await withProgress(results, { label: 'double', stream, intervalMs: 0 }).toArray()).toEqual([0, 2, 4, 6]);
    const lines = text().trimEnd().split('\n');
    expect(lines.map((line) => /^double: (\d\/4 \(\d+ %\))/.exec(line)?.[1])).toEqual([
      '1/4 (25 %)',
      '2/4 (50 %)',
      '3/4 (75 %)',
      '4/4 (100 %)',
      '4/4 (100 %)',
    ]);
    expect(lines.at(-1)).toMatch(/, done after \d+ s$/);
  });

  test('without a number of all items, counts alone', async () => {
    const { stream, text } = createStream();
    await withProgress(new Set([1, 2]), { stream, intervalMs: 0 }).toArray();
    expect(text()).toMatch(/^progress: 1, \S+\/s\nprogress: 2, \S+\/s\nprogress: 2, \S+\/s, done after 0 s\n$/);
  });

  test('an error passes through, and ends the display', async () => {
    const { stream, text } = createStream();
    const fail = (n: number): number => {
      if (n === 2) throw new RangeError('bad 2');
      return n;
    };
    const results = withProgress(new InlineExecutor().map(fail, range(4)), { stream, intervalMs: 1e6 });
    await expect(results.toArray()).rejects.toMatchObject({ message: 'bad 2', index: 2 });
    expect(text()).toMatch(/^progress: 2\/4 .*, ended early after 0 s\n$/);
  });

  test('a loop that is left early ends both, and cancels the map', async () => {
    const { stream, text } = createStream();
    let closed = false;
    const source = async function* (): AsyncGenerator<number> {
      try {
        for (const n of range(9)) yield await Promise.resolve(n);
      } finally {
        closed = true;
      }
    };
    for await (const n of withProgress(source(), { stream, total: 9 })) if (n === 3) break;
    expect(closed).toBe(true);
    expect(text()).toMatch(/^progress: 4\/9 \(44 %\), .*, ended early after 0 s\n$/);
  });

  test('shows what tasks report', async () => {
    const { stream, text } = createStream();
    const executor = new InlineExecutor();
    const work = (n: number): number => {
      currentTask()?.report(`file ${String(n)}`);
      return n;
    };
    const results = withProgress((report) => executor.with({ onProgress: report }).map(work, range(2), { chunkSize: 1, bufferSize: 1 }), {
      stream,
      intervalMs: 0,
    });
    expect(await results.toArray()).toEqual([0, 1]);
    expect(text()).toMatch(/ - file [01]\n/);
  });

  test('shows nothing when told', async () => {
    const { stream, text } = createStream();
    await withProgress(range(3), { stream, show: 'none' }).toArray();
    expect(text()).toBe('');
  });

  test.each([
    [{ show: 'bars' }, /withProgress: show must be one of .*got "bars"; did you mean "bar"\?/],
    [{ total: -1 }, /withProgress: total must be a whole number of at least 0, got -1/],
    [{ lable: 'x' }, /withProgress: unknown option "lable"; did you mean "label"\?/],
  ])('refuses %p', (options, message) => {
    expect(() => withProgress([], options as ProgressOptions)).toThrow(message);
  });

  test('refuses what can not be iterated', () => {
    expect(() => withProgress(5 as never)).toThrow('withProgress: the source must be iterable, got 5');
  });
});

describe('lines', () => {
  test('come at intervals, with the rate and the time that is left', () => {
    const { stream, text } = createStream();
    let ms = 0;
    const lines = linesDisplay({ label: 'job', total: 4000, stream }, 5000, () => ms);
    for (let done = 1; done <= 2400; done++) {
      ms += 5;
      lines.update(done);
    }
    lines.end(2400, false);
    expect(text()).toBe(
      'job: 1000/4000 (25 %), 200/s, 15 s left\njob: 2000/4000 (50 %), 200/s, 10 s left\njob: 2400/4000 (60 %), 200/s, ended early after 12 s\n',
    );
  });
});
