/** @workers */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { batches, expectedSum, linesPerBatch, type Batch } from './batches.js';
import { digest, type Digest } from './digest.js';
import type * as pipelines from './pipeline.js';

/** The built module: threads import it, and can't import sources. */
let built: typeof pipelines;
beforeAll(async () => {
  built = (await import(new URL('../dist/pipeline.js', import.meta.url).href)) as typeof pipelines;
});

const limits = { workers: 2, sinks: 3, queueSize: 2 };
const ignore = async (): Promise<void> => {
  await Promise.resolve();
};

/** A source that tells how much was taken from it. */
function counted(count: number): { source: AsyncIterable<Batch>; taken: () => number } {
  let taken = 0;
  const source = async function* (): AsyncGenerator<Batch> {
    for await (const batch of batches(count)) {
      taken += 1;
      yield batch;
    }
  };
  return { source: source(), taken: () => taken };
}

describe('the pipeline', () => {
  test('each batch goes through once, and is what it would be without one', async () => {
    const written: Digest[] = [];
    const flow = await built.pipeline({
      ...limits,
      source: batches(30),
      sink: async (each) => {
        await Promise.resolve();
        written.push(each);
      },
    });
    const expected: Digest[] = [];
    for await (const batch of batches(30)) expected.push(digest(batch));
    expect(written.sort((a, b) => a.id - b.id)).toEqual(expected);
    expect(flow).toMatchObject({ batches: 30, records: 30 * linesPerBatch, sum: expectedSum(30) });
    expect(flow.mostInside).toBeLessThanOrEqual(built.bound(limits));
  });

  test('a sink that stands still holds up the source', async () => {
    const { source, taken } = counted(200);
    let open: () => void = () => undefined;
    const opened = new Promise<void>((resolve) => {
      open = resolve;
    });
    const running = built.pipeline({ ...limits, source, sink: () => opened });
    let last = -1;
    for (let still = 0; still < 50; still = taken() === last ? still + 1 : 0) {
      last = taken();
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    expect(taken()).toBeGreaterThan(limits.queueSize);
    expect(taken()).toBeLessThanOrEqual(built.bound(limits));
    open();
    expect(await running).toMatchObject({ batches: 200 });
  });

  test.each(['source', 'threads', 'sink'])('an error in one stage ends all: %s', async (where) => {
    const source = async function* (): AsyncGenerator<Batch> {
      for await (const batch of batches(200)) {
        if (batch.id === 20 && where === 'source') throw new RangeError(where);
        yield batch.id === 20 && where === 'threads' ? ({ id: 20 } as unknown as Batch) : batch;
      }
    };
    let written = 0;
    const sink = async ({ id }: Digest): Promise<void> => {
      await ignore();
      if (id === 20 && where === 'sink') throw new RangeError(where);
      written += 1;
    };
    const [outcome] = await Promise.allSettled([built.pipeline({ ...limits, source: source(), sink })]);
    expect(outcome.status).toBe('rejected');
    const { errors } = (outcome as PromiseRejectedResult).reason as AggregateError;
    expect(errors[0]).toMatchObject(where === 'threads' ? { name: 'TypeError' } : { name: 'RangeError', message: where });
    expect(written).toBeLessThan(60);
  });
});

test('the program tells what went through, how fast, and with how much memory', () => {
  const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, '50'], {
    encoding: 'utf8',
    timeout: 60_000,
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toMatch(
    /^batches {9}50, 25,000 records\nsum {13}[\d,]+, as it should be\nthroughput {6}[\d,]+ records\/s\nmost inside {5}\d+ batches, of at most 15\npeak memory {5}[\d,]+ MB\n$/,
  );
});
