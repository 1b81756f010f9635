import assert from 'node:assert/strict';
import type { Executor, Future } from '@heddle/futures';
import { wrapFailure } from '../async-tasks.js';
import { rejection } from '../check.js';
import type { Suite } from '../suite.js';
import { failDeep } from '../tasks.js';

function submitFromHere(executor: Executor): Future<unknown> {
  return executor.submit(failDeep, 'deep');
}

async function stackOf(failing: PromiseLike<unknown>): Promise<string> {
  const { stack } = (await rejection(failing)) as Error;
  assert.equal(typeof stack, 'string');
  return stack ?? '';
}

export function stackTests({ test, given }: Suite): void {
  given('callerFrames').test("the stack begins with the error, then the task's frames, then the caller's at submit", async (t) => {
    const stack = await stackOf(submitFromHere(t.executor()));
    assert.match(stack, /^RangeError: deep\n/);
    const [task, caller] = [stack.indexOf('innermostFrame'), stack.indexOf('submitFromHere')];
    assert.ok(task > 0 && task < caller, `first the task's frames, then the caller's:\n${stack}`);
  });

  given('callerFrames').test('the frames name the files: that of the task, and that of the caller', async (t) => {
    const stack = await stackOf(submitFromHere(t.executor()));
    assert.match(stack, /innermostFrame.*tasks\.c?[jt]s:\d+:\d+/);
    assert.match(stack, /submitFromHere.*stack\.c?[jt]s:\d+:\d+/);
  });

  given('sourceFiles').test('a function that travels by source keeps its file and line', async (t) => {
    const failBySource = (): never => {
      throw new Error('by source');
    };
    const stack = await stackOf(t.executor().submit(failBySource));
    assert.match(stack, /^Error: by source\n\s+at failBySource.*stack\.c?[jt]s:\d+:\d+/);
  });

  test('the items of a map too have stacks with both halves', async (t) => {
    const executor = t.executor();
    // If tasks run in the caller, there is one stack, which includes the executor's own frames.
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 200;
    t.afterwards(() => {
      Error.stackTraceLimit = limit;
    });
    function mapFromHere(): Promise<unknown[]> {
      return executor.map(failDeep, ['a', 'b'], { chunkSize: 2 }).toArray();
    }
    const stack = await stackOf(mapFromHere());
    assert.match(stack, /^RangeError: a\n/);
    assert.match(stack, /innermostFrame/);
    assert.match(stack, /mapFromHere/);
  });

  test("errors whose stack can't be set, or read, arrive all the same", async (t) => {
    const freeze = (): never => {
      const error = new RangeError('frozen');
      Object.freeze(error);
      throw error;
    };
    const broken = (): never => {
      const error = new RangeError('broken');
      Object.defineProperty(error, 'stack', {
        get: () => {
          throw new Error('no stack');
        },
      });
      throw error;
    };
    const executor = t.executor();
    assert.equal(((await rejection(executor.submit(freeze))) as Error).message, 'frozen');
    assert.equal(((await rejection(executor.submit(broken))) as Error).message, 'broken');
  });

  test('a cause keeps the stack of the place where it was made', async (t) => {
    const error = (await rejection(t.executor().submit(wrapFailure, 'inner'))) as Error;
    assert.match((error.cause as Error).stack ?? '', /^RangeError: inner\n\s+at innermostFrame/);
  });
}
