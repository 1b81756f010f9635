import { describe, expect, test } from '@jest/globals';
import { failureOf, nextWarning } from '@heddle/testkit/support';
import { createTask } from '../tasks/create-task.js';
import { groupError } from '../test-support/errors.js';
import { timersLeftBy } from '../test-support/leftovers.js';
import { sleep } from '../time/sleep.js';
import { any, race } from './race.js';

const forever = async (): Promise<void> => {
  await sleep(Infinity);
};
const fail = async (error: unknown = new RangeError('failed')): Promise<never> => {
  throw error;
};
const soon = async (): Promise<string> => {
  await sleep(0);
  return 'soon';
};

describe('race', () => {
  test('gives the first value, and cancels the losers, with their cleanup', async () => {
    const log: string[] = [];
    const loser = createTask(() => forever().finally(() => log.push('loser')));
    const first: string | undefined = (await race([loser, forever, soon])) as string;
    expect([first, loser.cancelled(), log]).toEqual(['soon', true, ['loser']]);
  });

  test('gives the first error', async () => {
    await expect(race([forever, () => fail(), soon])).rejects.toThrow(RangeError);
  });

  test('does not wait for a promise that lost', async () => {
    expect(await race([new Promise<string>(() => undefined), soon])).toBe('soon');
  });

  test("an error in a loser's cleanup is thrown with the winner's error, and reported beside a value", async () => {
    const badLoser = (): Promise<void> => forever().catch(() => fail(new TypeError('cleanup')));
    const error = await groupError(race([badLoser, () => sleep(0).then(() => fail())]));
    expect(error.errors).toEqual([new RangeError('failed'), new TypeError('cleanup')]);
    const warning = nextWarning('HEDDLE_CLEANUP_FAILED');
    expect(await race([badLoser, soon])).toBe('soon');
    expect(await warning).toMatchObject({
      message: 'race: one that lost failed when it was cancelled',
      detail: expect.stringContaining('TypeError: cleanup'),
    });
  });

  test('the cancellation of the scope cancels all', async () => {
    const other = createTask(forever);
    const task = createTask(() => race([other, forever]));
    await sleep(0);
    await sleep(0);
    task.cancel();
    await failureOf(task);
    expect([task.cancelled(), other.cancelled()]).toEqual([true, true]);
  });

  test('leaves no timer', async () => {
    expect(await timersLeftBy(() => race([() => sleep(60_000), soon]))).toBe(0);
  });
});

describe('any', () => {
  test('gives the first value, whatever failed before, and cancels the rest', async () => {
    const loser = createTask(forever);
    expect(await any([() => fail(), loser, soon])).toBe('soon');
    expect(loser.cancelled()).toBe(true);
  });

  test('throws all errors when nothing succeeds, as an AggregateError', async () => {
    const error = await groupError(any([() => sleep(0).then(() => fail(new TypeError('second'))), () => fail()]));
    expect(error).toBeInstanceOf(AggregateError);
    expect(error.errors).toEqual([new RangeError('failed'), new TypeError('second')]);
  });
});

describe.each([
  ['race', race],
  ['any', any],
] as const)('%s: bad input', (name, verb) => {
  test('of none nothing would ever come', async () => {
    await expect(verb([])).rejects.toThrow(new RangeError(`${name}: at least one function or promise is needed, got none`));
  });

  test.each([[[1]], [undefined], [Promise.resolve()]])('%p is refused', async (wrong) => {
    await expect(verb(wrong as never)).rejects.toThrow(TypeError);
  });
});
