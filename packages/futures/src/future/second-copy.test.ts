/** Futures of another copy of the package, such as that of a bundled dependency. */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import * as ours from '@heddle/futures';
import { asCompleted, wait, type Future } from '@heddle/futures';
import { backendOf, outcomeOf } from '@heddle/futures/authors';

const folder = mkdtempSync(join(tmpdir(), 'heddle-copy-'));
let copy: typeof ours;

beforeAll(async () => {
  const here = fileURLToPath(new URL('../..', import.meta.url));
  for (const part of ['dist', 'package.json']) cpSync(join(here, part), join(folder, part), { recursive: true });
  copy = (await import(pathToFileURL(join(folder, 'dist/index.js')).href)) as typeof ours;
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

async function idsOf(futures: AsyncIterable<Future<number>>): Promise<number[]> {
  const values: number[] = [];
  for await (const future of futures as AsyncIterable<{ result(): Promise<number> }>) values.push(await future.result());
  return values;
}

describe('futures of a second copy', () => {
  test('are of another class', () => {
    expect(copy.Future).not.toBe(ours.Future);
  });

  test('are waited for', async () => {
    const [first, second] = [new copy.FutureController<number>('a'), new copy.FutureController<number>('b')];
    const futures = [first.future, second.future];
    const waiting = wait(futures, { returnWhen: 'FIRST_COMPLETED' });
    first.setResult(1);
    expect(await waiting).toEqual({ done: new Set([first.future]), notDone: new Set([second.future]) });
    const failing = wait(futures, { returnWhen: 'FIRST_EXCEPTION' });
    second.setException(new Error('b failed'));
    expect((await failing).done).toEqual(new Set(futures));
    expect((await wait(futures)).notDone.size).toBe(0);
    expect(outcomeOf(second.future)).toMatchObject({ failed: true, value: { message: 'b failed' } });
    expect(await second.future.exception()).toMatchObject({ message: 'b failed' });
  });

  test('come as they are completed, among our own', async () => {
    const controllers = [new copy.FutureController<number>('a'), new copy.FutureController<number>('b')];
    const completed = idsOf(asCompleted(controllers.map(({ future }) => future)));
    controllers[1]!.setResult(2);
    controllers[0]!.setResult(1);
    expect(await completed).toEqual([2, 1]);
  });

  test('and a wait that ends before leaves nothing with them', async () => {
    const { future } = new copy.FutureController<number>('a');
    expect((await wait([future], { timeoutMs: 1 })).notDone).toEqual(new Set([future]));
    const completed = asCompleted([future]);
    await completed.return?.();
    expect(await completed.next()).toEqual({ done: true, value: undefined });
  });

  test('of another version are refused by name', async () => {
    const other = { addDoneCallback: () => undefined, done: () => false } as unknown as Future<number>;
    await expect(wait([other])).rejects.toThrow(
      /^wait: a future of another version of @heddle\/futures can't be waited for here; install one version/,
    );
    expect(() => asCompleted([other])).toThrow(/^asCompleted: a future of another version/);
  });
});

describe('an executor of a second copy', () => {
  test('hands out its backend here', async () => {
    const executor = new copy.InlineExecutor();
    const future = backendOf(executor).schedule({ kind: 'call', fn: (n: number) => n + 1, args: [2], options: {} });
    expect(await future).toBe(3);
  });
});
