/** The program does not wait for a daemon; when it ends, so does the daemon. */
import { setTimeout as sleep } from 'node:timers/promises';
import { currentThread, enumerate, Thread } from 'heddle';

async function watch(): Promise<void> {
  for (;;) await sleep(10);
}

async function weave(rows: number): Promise<string> {
  await sleep(10 * rows);
  return `${rows} rows, woven by ${currentThread().name}`;
}

const daemon = new Thread({ target: watch, name: 'watcher' });
daemon.daemon = true;
daemon.start();

const weaver = new Thread({ target: weave, args: [3], name: 'weaver' });
weaver.start();

console.log(
  currentThread().name,
  'sees',
  enumerate()
    .map(({ name }) => name)
    .join(', '),
);
console.log(await weaver.result());
await weaver.join(); // has ended: comes back at once

console.log('the watcher has ended:', await daemon.join(50)); // a daemon can be joined; not done within 50 ms: goes on
console.log(
  'alive:',
  enumerate()
    .map(({ name }) => name)
    .join(', '),
);
console.log('the program ends, and the watcher with it');
