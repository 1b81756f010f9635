/** Tasks that use an object of their worker, and tell a file what becomes of it. */
import { randomUUID } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { currentTask } from '@heddle/futures';
import { perWorker, task } from '@heddle/serialization';

class Connection {
  readonly id = randomUUID();
  /** The file that is told of the end. */
  log: string | undefined;

  [Symbol.dispose](): void {
    if (this.log !== undefined) appendFileSync(this.log, `disposed ${this.id}\n`);
  }
}

const connection = perWorker(() => new Connection());

/** The object that a task used, and the worker. */
export interface Used {
  readonly id: string;
  readonly workerId: number | undefined;
}

/** Uses the object of the worker, which will tell its end to the file. */
export const useConnection: (log: string) => Used = task(import.meta.url, function useConnection(log: string): Used {
  const mine = connection();
  mine.log = log;
  return { id: mine.id, workerId: currentTask()?.workerId };
});

let attempts = 0;

const onSecondTry = perWorker(() => {
  attempts += 1;
  if (attempts === 1) throw new RangeError('no connection');
  return { attempts };
});

/** Uses an object that can't be made at the first try. */
export const useSecondTry: () => number = task(import.meta.url, function useSecondTry(): number {
  return onSecondTry().attempts;
});

const later = perWorker(async () => {
  await Promise.resolve();
  return new Connection();
});

/** As `useConnection`, of an object that is made asynchronously. */
export const useLater: (log: string) => Promise<string> = task(import.meta.url, async function useLater(log: string): Promise<string> {
  const mine = await later();
  mine.log = log;
  return mine.id;
});
