/** @slow */
import { describe, expect, test } from '@jest/globals';
import { AbortError } from '../errors/errors.js';
import { collected, collectWarnings, reported, until, type Warning } from '../test-support/observe.js';
import { FutureController } from './future-controller.js';
import type { Future } from './future.js';

const code = 'HEDDLE_NEVER_RETRIEVED';

/** Makes a failed future and passes it to `use`. Only a weak reference to it is left afterwards. */
function failed(name: string, use: (future: Future<number>) => unknown): { ref: WeakRef<object>; used: unknown } {
  const controller = new FutureController<number>(name);
  const early = name.startsWith('early') ? use(controller.future) : undefined;
  controller.setException(new RangeError(`of ${name}`));
  return { ref: new WeakRef(controller.future), used: early ?? use(controller.future) };
}

/** Returns the warnings about futures of this name, once a warning that is certain to come has come. */
async function warningsAbout(name: string, use: (future: Future<number>) => unknown): Promise<Warning[]> {
  const { warnings, stop } = collectWarnings(code);
  try {
    const { ref, used } = failed(name, use);
    await Promise.allSettled([used]);
    await collected([ref]);
    failed('the last', () => undefined);
    await until('the last warning', () => {
      globalThis.gc?.();
      return warnings.some((warning) => warning.message.includes('"the last"'));
    });
    return warnings.filter((warning) => warning.message.includes(`"${name}"`));
  } finally {
    stop();
  }
}

describe('a failure that nobody looked at', () => {
  test('is reported when it is collected, with the task and the error', async () => {
    const [warning] = await reported(code, async () => {
      await collected([failed('lost', () => undefined).ref]);
    });
    expect(warning?.message).toBe('Future exception was never retrieved (task "lost")');
    expect(warning?.detail).toMatch(/^RangeError: of lost\n\s+at /);
  });

  test('states, text and cancel() are no look', async () => {
    const glance = (future: Future<number>): void => {
      expect([future.state, future.done(), future.cancel(), future.name]).toEqual(['finished', true, false, '']);
      expect(String(future)).toContain('raised RangeError');
    };
    expect(await warningsAbout('glanced at', glance)).toHaveLength(1);
  });

  test('one whose value can not even be shown is reported too', async () => {
    const hostile = {
      get stack(): never {
        throw new Error('stack');
      },
      toString(): never {
        throw new Error('text');
      },
    };
    const settle = (): WeakRef<object> => {
      const controller = new FutureController('hostile');
      controller.setException(hostile);
      expect(controller.future.state).toBe('finished');
      return new WeakRef(controller.future);
    };
    const [warning] = await reported(code, async () => {
      await collected([settle()]);
    });
    expect(warning?.detail).toBe('a value that has no text');
  });
});

describe('a failure that somebody looked at is not reported:', () => {
  const ignore = (): void => undefined;
  const looks: Record<string, (future: Future<number>) => unknown> = {
    await: async (future) => {
      try {
        await future;
      } catch {
        /* seen */
      }
    },
    then: (future) => future.then(ignore, ignore),
    catch: (future) => future.catch(ignore),
    finally: (future) => future.finally(ignore).catch(ignore),
    'Promise.all': (future) => Promise.all([future]).catch(ignore),
    'Promise.allSettled': (future) => Promise.allSettled([future]),
    'Promise.race': (future) => Promise.race([future]).catch(ignore),
    'Promise.resolve': (future) => Promise.resolve(future).catch(ignore),
    'a return from an async function': (future) => (async () => await Promise.resolve().then(() => future))().catch(ignore),
    'result()': (future) => future.result().catch(ignore),
    'exception()': (future) => future.exception(),
    'addDoneCallback()': (future) => {
      future.addDoneCallback(ignore);
    },
  };

  for (const [name, look] of Object.entries(looks)) {
    test(`${name}, after it failed`, async () => {
      expect(await warningsAbout(`late ${name}`, look)).toEqual([]);
    });
    test(`${name}, before it failed`, async () => {
      expect(await warningsAbout(`early ${name}`, look)).toEqual([]);
    });
  }

  test('one that was aborted is not reported: whoever aborts it knows', async () => {
    const aborted = (): WeakRef<object> => {
      const controller = new FutureController('aborted one');
      controller.setException(new AbortError('task "aborted one" was aborted while it ran'));
      return new WeakRef(controller.future);
    };
    const { warnings, stop } = collectWarnings(code);
    await collected([aborted()]);
    await reported(code, async () => {
      await collected([failed('yet another', () => undefined).ref]);
    });
    stop();
    expect(warnings.filter((warning) => warning.message.includes('aborted one'))).toEqual([]);
  });

  test('cancelled ones are never reported', async () => {
    const { warnings, stop } = collectWarnings(code);
    const cancel = (): WeakRef<object> => {
      const { future } = new FutureController('cancelled one');
      future.cancel();
      return new WeakRef(future);
    };
    await collected([cancel()]);
    await reported(code, async () => {
      await collected([failed('another', () => undefined).ref]);
    });
    stop();
    expect(warnings.filter((warning) => warning.message.includes('cancelled one'))).toEqual([]);
  });
});
