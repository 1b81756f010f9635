/** An application whose tasks are an entry of their own. The bundler puts them, and Heddle, into a part that both entries share. */
import { ThreadPoolExecutor } from 'heddle';

import { scale } from './tasks.js';

console.log('the application runs');
const pool = new ThreadPoolExecutor({ maxWorkers: 1 });
console.log('scaled', await pool.submit(scale, 7));
await pool.shutdown();
