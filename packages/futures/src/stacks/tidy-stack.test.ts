import { afterEach, describe, expect, test } from '@jest/globals';
import { SerializationError } from '../errors/errors.js';
import { limitStacks, restoreStacks, withStackLimit } from './stack-limit.js';
import { addLocalStack, addSubmitStack, captureSite } from './submit-site.js';
import { beginWithUser } from './tidy-stack.js';

const { prepareStackTrace } = Error;
afterEach(() => {
  Error.prepareStackTrace = prepareStackTrace;
});

describe('an error whose stack is hard to make', () => {
  const strange: readonly (readonly [name: string, error: object])[] = [
    ['frozen', Object.freeze(new Error('x'))],
    [
      'with a stack that throws',
      Object.defineProperty(new Error('x'), 'stack', {
        get: () => {
          throw new Error('no stack');
        },
      }),
    ],
    ['with a stack that is none', Object.defineProperty(new Error('x'), 'stack', { value: [1] })],
    ['with a fixed stack', Object.defineProperty(new Error('x'), 'stack', { value: 'fixed', configurable: false })],
    [
      'with a cause that throws',
      Object.defineProperty(new Error('x'), 'cause', {
        get: () => {
          throw new Error('no cause');
        },
      }),
    ],
    [
      'that is its own cause',
      (() => {
        const error = new Error('x');
        error.cause = error;
        return error;
      })(),
    ],
    [
      'behind a proxy that throws',
      new Proxy(new Error('x'), {
        get: () => {
          throw new Error('no');
        },
      }),
    ],
  ];

  test.each(strange)('arrives: %s', (_name, error) => {
    expect(() => {
      addSubmitStack(error, captureSite());
    }).not.toThrow();
    expect(() => {
      addLocalStack(error, captureSite());
    }).not.toThrow();
  });

  test.each<[name: string, prepare: typeof Error.prepareStackTrace]>([
    [
      'throws',
      () => {
        throw new Error('broken tool');
      },
    ],
    ['gives the frames', (_error, frames) => frames],
  ])('arrives where Error.prepareStackTrace %s', (_name, prepare) => {
    const error = new Error('x');
    Object.defineProperty(error, 'stack', { value: 'Error: x\n    at task (/app/a.js:1:2)', configurable: true });
    Error.prepareStackTrace = prepare;
    addSubmitStack(error, captureSite());
    expect(error.stack).toBe('Error: x\n    at task (/app/a.js:1:2)\n    --- submitted ---');
  });
});

describe('Error.stackTraceLimit', () => {
  /** Runs a call while the limit cannot be assigned, as under --frozen-intrinsics. */
  function frozen<T>(call: () => T): T {
    const before = Object.getOwnPropertyDescriptor(Error, 'stackTraceLimit') as PropertyDescriptor;
    Object.defineProperty(Error, 'stackTraceLimit', { ...before, writable: false });
    try {
      return call();
    } finally {
      Object.defineProperty(Error, 'stackTraceLimit', before);
    }
  }

  test('is set for a call, and restored, whatever becomes of it', () => {
    const before = Error.stackTraceLimit;
    expect(withStackLimit(3, () => Error.stackTraceLimit)).toBe(3);
    expect(() =>
      withStackLimit(3, () => {
        throw new Error('x');
      }),
    ).toThrow('x');
    expect(Error.stackTraceLimit).toBe(before);
  });

  test('is left alone where it is frozen', () => {
    const before = Error.stackTraceLimit;
    expect(frozen(() => [withStackLimit(3, () => Error.stackTraceLimit), limitStacks(3), restoreStacks(3), captureSite().shared])).toEqual([
      before,
      undefined,
      undefined,
      false,
    ]);
    expect(frozen(() => new SerializationError('x')).message).toBe('x');
  });

  test("decides how many of the user's frames an error of Heddle's has", () => {
    function deep(count: number): Error {
      return count === 0 ? new SerializationError('x') : deep(count - 1);
    }
    const framesOf = (limit: number): number => withStackLimit(limit, () => deep(100)).stack?.match(/^\s+at deep /gm)?.length ?? 0;
    expect([framesOf(5), framesOf(20), framesOf(0)]).toEqual([5, 20, 0]);
  });

  test('and what is left out begins below the place that is named', () => {
    function inner(): Error {
      const error = new Error('x');
      beginWithUser(error, inner);
      return error;
    }
    expect(inner().stack).toMatch(/^Error: x\n\s+at (?!inner)/);
  });
});
