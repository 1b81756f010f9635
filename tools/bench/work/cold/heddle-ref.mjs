import { ThreadPoolExecutor, tasksOf } from 'heddle';

const { addOne } = tasksOf(new URL('../../contestants/functions.mjs', import.meta.url));
const pool = new ThreadPoolExecutor({ maxWorkers: 1 });
console.log(await pool.submit(addOne, 41));
process.exit();
