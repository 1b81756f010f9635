import { Piscina } from 'piscina';

const filename = new URL('../../contestants/functions.mjs', import.meta.url).href;
const pool = new Piscina({ filename, name: 'addOne', minThreads: 1, maxThreads: 1 });
console.log(await pool.run(41));
process.exit();
