/**
 * Each value arrives as structured clone would give it, or as it was sent, with every own field, brand and prototype. Otherwise it is
 * refused with its path. The cases are generated, since a list of cases finds only the faults that its author knows.
 *
 * @slow
 */
import { isDeepStrictEqual, types } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isHeddleError } from '@heddle/futures/errors';
import { image } from './test-support/image.js';
import { changes, kinds, oddValue, type OddValue } from './test-support/odd-values.js';
import { travel, ways, type Way } from './test-support/travel.js';
import './functions/encode-function.js';

/** Another seed finds other cases: HEDDLE_SEED=7 npm run unit -- packages/serialization/src/as-structured-clone. */
const seed = Number(process.env['HEDDLE_SEED'] ?? 20_261_130);

type Outcome = { readonly arrived: unknown } | { readonly refused: string };

async function outcome(value: object, way: Way): Promise<Outcome> {
  try {
    return { arrived: image(await travel(value, way)) };
  } catch (error) {
    if (!isHeddleError(error, 'HEDDLE_SERIALIZATION')) throw error;
    return { refused: error.message };
  }
}

/** Returns structured clone's copy of a value; `undefined` where structured clone refuses it. */
function cloned(value: object): unknown {
  try {
    return image(structuredClone(value));
  } catch {
    return undefined;
  }
}

interface Image {
  readonly brand: string;
  readonly contents: object;
  readonly fields: unknown;
}

/** An error under a strange prototype arrives as structured clone gives it, and keeps its fields. */
function withFields(clone: unknown, sent: unknown): unknown {
  const { brand, contents, fields } = sent as Image;
  if (brand !== '[object Error]' || (clone as Image).brand !== brand) return undefined;
  const { errors } = contents as { errors?: unknown };
  return { ...(clone as Image), contents: { ...(clone as Image).contents, errors }, fields };
}

/** Tells whether a case is a known exception. Each has a reason. */
function isOutside(what: string): boolean {
  // Errors are never refused. shapes.ts says how these arrive.
  if (/(?:Error|DOMException).*(?:symbol|subclass|prototype.*place [1-9])/.test(what)) return true;
  // From Node 22 on, a DOMException is an error, but structured clone makes undefined of it under another prototype. Heddle sends an error.
  if (types.isNativeError(new DOMException()) && /^a DOMException with .*prototype/.test(what)) return true;
  // A check of each element of a long array would cost more than sending the array. The element arrives, or a hole in its place.
  if (/^a long array.*not enumerable/.test(what)) return true;
  // Under such a prototype, no test can recognize these objects.
  if (/^(?:a WeakRef|an iterator).* prototype/.test(what)) return true;
  // From Node 22 on, structured clone refuses these objects. Without their own prototype, Heddle recognizes them only when they are over an
  // empty one and have no field. It takes the others for records, and does not find the place of one that structured clone refuses.
  if (
    cloned(new URL('https://example.com')) === undefined &&
    /^(?:a URL|URLSearchParams|Headers) with .*(?:prototype of records|empty prototype.*(?:field|getter)|(?:field|getter).*empty prototype)/.test(
      what,
    )
  )
    return true;
  // With a field, such an object counts as a record. To recognize it, each record would have to pass a dozen tests.
  return /^an? (?:.*Buffer|Map|Set|boxed bigint|boxed symbol|Promise|Weak.*|generator|iterator|URL.*|Headers|Blob|File|.*view.*|Readable|PassThrough|AbortSignal|async generator|iterator of events).* with .*(?:records.*(?:field|getter)|(?:field|getter).*records)/.test(
    what,
  );
}

/** @returns the text of a fault; `undefined` when there is none */
async function judge({ make, what }: OddValue, way: Way): Promise<string | undefined> {
  const sent = image(make());
  if (isOutside(what)) return undefined;
  const result = await outcome(make(), way);
  if ('refused' in result) return /^args\[0\]/.test(result.refused) ? undefined : `${what}: refused without its place: ${result.refused}`;
  const clone = cloned(make());
  if (clone !== undefined && [clone, withFields(clone, sent)].some((each) => isDeepStrictEqual(result.arrived, each))) return undefined;
  if (isDeepStrictEqual(result.arrived, sent)) return undefined;
  return `${what} was changed on its way:\n${JSON.stringify({ sent, cloned: clone, arrived: result.arrived }, replacer, 1)}`;
}

function replacer(_key: string, value: unknown): unknown {
  return typeof value === 'symbol' ? String(value) : value;
}

/** Jest's main realm made DOMException, which has a stack there. */
const errorClasses = [Error, (Object.getPrototypeOf(DOMException.prototype) as Error).constructor as ErrorConstructor];

/** Runs a function without stacks, so that two errors that were made at different places are equal. */
function withoutStacks<T>(run: () => Promise<T>): Promise<T> {
  const limits = errorClasses.map((each) => each.stackTraceLimit);
  for (const each of errorClasses) each.stackTraceLimit = 0;
  return run().finally(() => {
    errorClasses.forEach((each, i) => (each.stackTraceLimit = limits[i]!));
  });
}

describe.each(ways)('%s', (_name, way) => {
  test('each kind with each change', async () => {
    const wrong = await withoutStacks(async () => {
      const found: unknown[] = [];
      for (const [kind, make] of kinds) {
        for (const [change, apply] of changes) {
          const value = {
            what: `${kind} with ${change}`,
            isPlain: false,
            make: () => {
              try {
                return apply(make());
              } catch {
                return make();
              }
            },
          };
          const problem = await judge(value, way);
          if (problem !== undefined) found.push(problem);
        }
      }
      return found;
    });
    expect(wrong).toEqual([]);
  });

  test('any kind with any two changes, anywhere', async () => {
    await withoutStacks(() =>
      fc.assert(
        fc.asyncProperty(oddValue, async (value) => {
          expect(await judge(value, way)).toBeUndefined();
        }),
        { numRuns: 1000, seed },
      ),
    );
  });

  test('what structured clone keeps whole is not refused', async () => {
    const refused: string[] = [];
    for (const [kind, make] of kinds) {
      if (!isDeepStrictEqual(cloned(make()), image(make()))) continue;
      const result = await outcome(make(), way);
      if ('refused' in result && !(way.destination === 'process' && /process/.test(result.refused)))
        refused.push(`${kind}: ${result.refused}`);
    }
    expect(refused).toEqual([]);
  });
});
