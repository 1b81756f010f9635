import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

const worker = new Worker(new URL('../../contestants/workers/raw.mjs', import.meta.url), { workerData: { task: 'addOne' } });
worker.postMessage(41);
const [result] = await once(worker, 'message');
console.log(result);
process.exit();
