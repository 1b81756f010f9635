import { fileURLToPath } from 'node:url';
import workerpool from 'workerpool';

const file = fileURLToPath(new URL('../../contestants/workers/workerpool.mjs', import.meta.url));
const pool = workerpool.pool(file, { workerType: 'thread', maxWorkers: 1 });
console.log(await pool.exec('addOne', [41]));
process.exit();
