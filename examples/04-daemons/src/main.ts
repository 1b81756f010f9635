import { Thread, currentThread, enumerate } from 'heddle';
import { isMainThread } from 'node:worker_threads';

function worker(i: number): void {
  /** thread worker function */
  console.log(`Worker ${i}`);
}

/** What ends only with the program. */
function watch(): void {
  console.log(`${currentThread().name} watches`);
  for (;;);
}

/** The threads that are alive: not the one that asks, and not one that has ended. */
function others(): string {
  return enumerate().filter((thread) => thread !== currentThread()).map(({ name, daemon }) => `${name}${daemon ? ', a daemon' : ''}`).join('; ');
}

if (isMainThread) {
  console.log(`this is ${currentThread().name}`);

  const threads: Thread[] = [];
  for (let i = 0; i < 5; i++) {
    const t = new Thread({ name: 'worker', target: worker, args: [i] });
    threads.push(t);
    t.start();
  }
  for (const t of threads) await t.join(); // waits for each
  console.log(`all are done; alive: ${others() || 'none'}`);

  const daemon = new Thread({ name: 'watcher', target: watch, daemon: true });
  daemon.start();
  const isDone = await daemon.join(500); // not done by then, so it goes on
  console.log(`the main thread goes on: ${isDone ? 'done' : 'not done yet'}; alive: ${others()}`);
  console.log('the main thread ends, and the daemon with it');
}
