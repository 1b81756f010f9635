/** By default a thread does not run until it is started, and the program waits for it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Thread } from 'heddle';

async function weave(rows: number): Promise<void> {
  for (let row = 1; row <= rows; row++) await sleep(100);
  console.log(`${rows} rows are woven`);
}

const t = new Thread({ target: weave, args: [10], name: 'weaver' });
console.log('made:', t.isAlive());
t.start(); // start executing the thread
console.log('started:', t.isAlive());

const hasEnded = await t.join(50); // not done within 50 ms: goes on
console.log('after join(50):', hasEnded, t.isAlive());
console.log('end of the main thread, which has not waited for the weaver; the program does');
