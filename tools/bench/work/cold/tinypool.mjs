import { Tinypool } from 'tinypool';

const filename = new URL('../../contestants/functions.mjs', import.meta.url).href;
const pool = new Tinypool({ filename, name: 'addOne', minThreads: 1, maxThreads: 1 });
console.log(await pool.run(41));
process.exit();
