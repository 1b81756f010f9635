/** Runs in a browser, bundled by lib/browser.mjs. It writes a line for each step: an object with `step`, and with `problem` when it failed. */
import * as heddle from 'heddle';

const {
  CoroutineExecutor,
  InlineExecutor,
  TaskGroup,
  any,
  asCompleted,
  createTask,
  currentTask,
  fallback,
  gather,
  hedged,
  limited,
  memoized,
  race,
  retry,
  retrying,
  shield,
  sleep,
  timeout,
  wait,
  waitFor,
} = heddle;

const executors = { inline: () => new InlineExecutor(), coroutines: () => new CoroutineExecutor({ maxConcurrency: 4 }) };
const steps = {};

for (const [name, make] of Object.entries(executors)) {
  Object.assign(steps, {
    [`${name}: submit gives a future of the value`]: async (executor = make()) => {
      const future = executor.submit((a, b) => a + b, 40, 2);
      equal(await future, 42);
      equal([future.done(), future.cancelled(), future.state], [true, false, 'finished']);
    },
    [`${name}: an error arrives as it was thrown`]: async (executor = make()) => {
      const thrown = new RangeError('out of range');
      equal(await executor.submit(() => Promise.reject(thrown)).catch((error) => error), thrown);
    },
    [`${name}: map keeps the order, starmap spreads`]: async (executor = make()) => {
      equal(await executor.map((n) => n * n, [3, 1, 2]).toArray(), [9, 1, 4]);
      equal(
        await Array.fromAsync(
          executor.starmap(
            (a, b) => a - b,
            [
              [5, 3],
              [1, 1],
            ],
          ),
        ),
        [2, 0],
      );
    },
    [`${name}: map ends with the first error`]: async (executor = make()) => {
      const results = executor.map((n) => (n === 2 ? Promise.reject(new Error('two')) : n), [1, 2, 3]);
      equal((await Array.fromAsync(results).catch((error) => error)).message, 'two');
    },
    [`${name}: abort stops a task that listens to its signal`]: async (executor = make()) => {
      const future = executor.submit(async () => {
        const { signal } = currentTask();
        await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
      });
      await sleep(1);
      equal(await future.abort(), true);
      equal((await future.catch((error) => error)).code, 'HEDDLE_ABORTED');
    },
    [`${name}: a task may take timeoutMs`]: async (executor = make()) => {
      equal(
        (
          await executor
            .with({ timeoutMs: 5 })
            .submit(() => sleep(10_000))
            .catch((error) => error)
        ).code,
        'HEDDLE_TIMEOUT',
      );
    },
    [`${name}: wait and asCompleted`]: async (executor = make()) => {
      const futures = [20, 1].map((ms) => executor.submit(async () => (await sleep(ms), ms)));
      const order = [];
      for await (const future of asCompleted(futures)) order.push(await future);
      equal(order.sort(), [1, 20]);
      const { done, notDone } = await wait(futures);
      equal([done.size, notDone.size], [2, 0]);
    },
    [`${name}: refuses after shutdown`]: async (executor = make()) => {
      await executor.shutdown();
      let refusal;
      try {
        await executor.submit(() => 1);
      } catch (error) {
        refusal = error;
      }
      equal(refusal?.code, 'HEDDLE_SHUTDOWN');
    },
  });
}

Object.assign(steps, {
  'coroutines: at most maxConcurrency run': async () => {
    const executor = new CoroutineExecutor({ maxConcurrency: 2 });
    let running = 0;
    let most = 0;
    await Array.fromAsync(
      executor.map(async () => {
        most = Math.max(most, ++running);
        await sleep(2);
        running -= 1;
      }, [1, 2, 3, 4, 5]),
    );
    equal(most, 2);
  },
  'gather takes futures and keeps their order': async () => {
    equal(await gather([createTask(async () => (await sleep(3), 'a')), createTask(async () => 'b')]), ['a', 'b']);
  },
  'a TaskGroup cancels the others when one fails': async () => {
    let sibling;
    const failure = await TaskGroup.run(async (group) => {
      sibling = group.createTask(() => sleep(60_000));
      group.createTask(async () => {
        throw new Error('one');
      });
    }).catch((error) => error);
    equal([failure.errors?.[0]?.message ?? failure.message, sibling.cancelled()], ['one', true]);
  },
  'timeout and waitFor end what takes too long': async () => {
    equal((await timeout(5, () => sleep(60_000)).catch((error) => error)).code, 'HEDDLE_TIMEOUT');
    equal((await waitFor(() => sleep(60_000), 5).catch((error) => error)).code, 'HEDDLE_TIMEOUT');
  },
  'race and any': async () => {
    equal(await race([createTask(() => sleep(60_000)), createTask(async () => 'fast')]), 'fast');
    equal(await any([createTask(() => Promise.reject(new Error('no'))), createTask(async () => 'yes')]), 'yes');
  },
  'retry and shield': async () => {
    equal(await retry(async (attempt) => (attempt < 3 ? Promise.reject(new Error('again')) : attempt), { delayMs: 1 }), 3);
    equal(await shield(async () => 'kept'), 'kept');
  },
  'decorators of executors': async () => {
    const inner = new CoroutineExecutor();
    let calls = 0;
    const flaky = async () => (++calls < 2 ? Promise.reject(new Error('first')) : calls);
    equal(await retrying(inner, { delayMs: 1 }).submit(flaky), 2);
    equal(await limited(inner, { concurrency: 1 }).submit(() => 'limited'), 'limited');
    const cached = memoized(inner);
    const count = (n) => n + ++calls;
    equal(await cached.submit(count, 1), await cached.submit(count, 1));
    equal(await fallback(inner, new InlineExecutor()).submit(() => 'first'), 'first');
    equal(await hedged(inner, 1000).submit(() => 'once'), 'once');
  },
  'pools and locks are refused by name': () => {
    for (const name of ['ThreadPoolExecutor', 'ProcessPoolExecutor', 'Thread', 'Process', 'Lock', 'Queue', 'Pool']) {
      try {
        new heddle[name]();
      } catch (error) {
        if (error.code === 'HEDDLE_INVALID_STATE' && error.message.startsWith(`${name} does not work in a browser`)) continue;
        throw error;
      }
      throw new Error(`${name} was made`);
    }
  },
});

const lines = [];
for (const [step, body] of Object.entries(steps)) {
  const late = sleep(20_000).then(() => Promise.reject(new Error('took longer than 20 s')));
  try {
    await Promise.race([body(), late]);
    lines.push({ step });
  } catch (error) {
    lines.push({ step, problem: String(error?.stack ?? error) });
  }
}
await fetch('/report', { method: 'POST', body: JSON.stringify(lines) });

function equal(actual, expected) {
  const [a, b] = [actual, expected].map((value) => (Array.isArray(value) ? JSON.stringify(value) : value));
  if (!Object.is(a, b)) throw new Error(`got ${String(a)}, expected ${String(b)}`);
}
