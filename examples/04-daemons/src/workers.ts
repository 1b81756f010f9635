/** Five threads, by the name of "worker". */
import { Thread } from 'heddle';

function worker(i: number): void {
  /** thread worker function */
  console.log(`Worker ${i}`);
}

const threads: Thread<[number], void>[] = [];
for (let i = 0; i < 5; i++) {
  const t = new Thread({ name: 'worker', target: worker, args: [i] });
  threads.push(t);
  t.start();
}
