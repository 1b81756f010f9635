import { describe, expect, test } from '@jest/globals';
import { InlineExecutor } from '@heddle/futures';
import { failureOf, warningsOf } from '@heddle/testkit/support';
import { CoroutineExecutor } from '../coroutine-executor.js';
import { retrying } from './retrying.js';
import { traced, type TaskEvent } from './traced.js';

describe('traced', () => {
  test('tells of each task that it was submitted, and how it ended', async () => {
    const events: TaskEvent[] = [];
    const executor = traced(new InlineExecutor(), (event) => void events.push(event));
    await executor.submit(function three() {
      return 3;
    });
    await failureOf(
      executor.with({ name: 'mine' }).submit(() => {
        throw new RangeError('wrong');
      }),
    );
    await failureOf(
      executor.with({ signal: AbortSignal.abort('before') }).submit(function never() {
        return 0;
      }),
    );
    expect(events).toMatchObject([
      { type: 'submitted', id: 1, name: 'three', kind: 'call', items: 1, attempt: 1 },
      { type: 'finished', id: 1, name: 'three', value: 3, durationMs: expect.any(Number) },
      { type: 'submitted', id: 2, name: 'mine' },
      { type: 'failed', id: 2, name: 'mine', error: { message: 'wrong' } },
      { type: 'submitted', id: 3, name: 'never' },
      { type: 'cancelled', id: 3, name: 'never', reason: 'before' },
    ]);
    expect(events.map(({ at }) => at)).toEqual([...events.map(({ at }) => at)].sort((a, b) => a - b));
    await executor.shutdown();
    expect(() =>
      executor.submit(function late() {
        return 0;
      }),
    ).toThrow(/shutdown/);
    expect(events).toHaveLength(6);
  });

  test('of a map it tells the chunks, with their items; of a stream its end', async () => {
    const events: TaskEvent[] = [];
    await using executor = traced(new InlineExecutor(), (event) => void events.push(event));
    await executor.map((n: number) => n * 2, [1, 2, 3], { chunkSize: 2 }).toArray();
    await failureOf(
      executor
        .starmap(
          (n: number) => {
            if (n === 5) throw new Error('five');
            return n;
          },
          [[4], [5], [6]],
          { chunkSize: 3 },
        )
        .toArray(),
    );
    await executor
      .stream(function* () {
        yield 1;
        return 'end';
      })
      .toArray();
    expect(events.filter(({ type }) => type !== 'submitted')).toMatchObject([
      { type: 'finished', kind: 'chunk', items: 2, value: [2, 4] },
      { type: 'finished', kind: 'chunk', items: 1, value: [6] },
      { type: 'failed', kind: 'starchunk', items: 3, error: { message: 'five' } },
      { type: 'finished', kind: 'stream', items: 1, value: 'end' },
    ]);
  });

  test('beneath retrying it sees each attempt, around it the task once', async () => {
    const [inside, outside]: [TaskEvent[], TaskEvent[]] = [[], []];
    await using executor = traced(
      retrying(
        traced(new CoroutineExecutor(), (event) => void inside.push(event)),
        { delayMs: 0 },
      ),
      (event) => void outside.push(event),
    );
    let calls = 0;
    await executor.submit(async () => {
      calls += 1;
      if (calls < 3) throw new Error('again');
    });
    expect(inside.map(({ type, attempt }) => `${type} ${String(attempt)}`)).toEqual([
      'submitted 1',
      'failed 1',
      'submitted 2',
      'failed 2',
      'submitted 3',
      'finished 3',
    ]);
    expect(outside.map(({ type }) => type)).toEqual(['submitted', 'finished']);
  });

  test('an onEvent that throws is reported, and does no harm', async () => {
    await using executor = traced(new InlineExecutor(), () => {
      throw new Error('my own');
    });
    const warnings = await warningsOf('HEDDLE_CALLBACK_THREW', 2, async () => {
      expect(
        await executor.submit(function four() {
          return 4;
        }),
      ).toBe(4);
    });
    expect(warnings.map(({ message }) => message)).toEqual([
      expect.stringMatching(/"submitted".*"four"/),
      expect.stringMatching(/"finished".*"four"/),
    ]);
    expect(warnings[0]?.detail).toMatch(/my own/);
  });

  test.each([undefined, null, 'log', {}])('refuses %p for onEvent', (onEvent) => {
    expect(() => traced(new InlineExecutor(), onEvent as never)).toThrow(/traced: onEvent must be a function/);
  });
});
