/** Async tasks of single tests, which the suite sends by reference: a worker imports this module. */
import { currentExecutor, currentTask, InlineExecutor, SerializationError } from '@heddle/futures';
import { task } from '@heddle/serialization';
import type { GateToken } from './gate.js';
import { failDeep, hold, pass, setMark } from './tasks.js';

/** An item of a map, which waits at a gate or only comes to it. */
export interface Item {
  readonly stays: boolean;
  readonly token: GateToken;
  readonly n: number;
}

export const stayIf: (item: Item) => Promise<number> = task(
  import.meta.url,
  async function stayIf({ stays, token, n }: Item): Promise<number> {
    return stays ? await hold(token, n) : pass(token, n);
  },
);

/** As {@link stayIf}, but the item 0 fails. */
export const failFirst: (item: Item) => Promise<number> = task(import.meta.url, async function failFirst(item: Item): Promise<number> {
  if (item.n === 0) throw new Error('refused');
  return await stayIf(item);
});

/** Maps within a task, for item 5 alone; that map fails at its own item 3. */
export const failInInnerMap: (n: number) => Promise<unknown> = task(
  import.meta.url,
  async function failInInnerMap(n: number): Promise<unknown> {
    const fail = (m: number): void => {
      if (m === 3) throw new RangeError('inner');
    };
    return n === 5 ? await new InlineExecutor().map(fail, [0, 1, 2, 3]).toArray() : n;
  },
);

export const failWithPath: () => Promise<never> = task(import.meta.url, async function failWithPath(): Promise<never> {
  await Promise.resolve();
  throw new SerializationError('from a task', { path: 'args[0].x' });
});

/** Fails with an error whose cause was thrown deep within named functions. */
export const wrapFailure: (message: string) => Promise<never> = task(
  import.meta.url,
  async function wrapFailure(message: string): Promise<never> {
    await Promise.resolve();
    try {
      return failDeep(message);
    } catch (cause) {
      throw new Error('wrapped', { cause });
    }
  },
);

/** @returns the name of the task, asked for after an await */
export const nameLater: () => Promise<string> = task(import.meta.url, async function nameLater(): Promise<string> {
  await new Promise((resolve) => setImmediate(resolve));
  return currentTask()?.name ?? 'none';
});

/** An initializer that sets the mark after an await. */
export const setMarkLater: (value: unknown) => Promise<void> = task(
  import.meta.url,
  async function setMarkLater(value: unknown): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    setMark(value);
  },
);

/** Calls two callbacks, awaits the answer of the first only, and waits at a gate with it. */
export const holdAnswer: (ask: () => Promise<string>, askInVain: () => Promise<never>, token: GateToken) => Promise<string> = task(
  import.meta.url,
  async function holdAnswer(ask: () => Promise<string>, askInVain: () => Promise<never>, token: GateToken): Promise<string> {
    void askInVain();
    return await hold(token, await ask());
  },
);

/** Submits tasks, then ends its worker. */
export const submitAndExit: () => Promise<never> = task(import.meta.url, async function submitAndExit(): Promise<never> {
  for (let i = 0; i < 20; i++) void currentExecutor()?.submit((n: number) => n, i);
  setTimeout(() => process.exit(1), 1);
  return await new Promise<never>(() => {
    setInterval(() => undefined, 1000);
  });
});

/** Awaits a task that ends its worker. */
export const awaitExit: () => Promise<void> = task(import.meta.url, async function awaitExit(): Promise<void> {
  await currentExecutor()?.submit(() => process.exit(1));
});
