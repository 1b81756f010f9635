import { ThreadPoolExecutor } from 'heddle';

const pool = new ThreadPoolExecutor({ maxWorkers: 1 });
console.log(await pool.submit((n) => n + 1, 41));
process.exit();
