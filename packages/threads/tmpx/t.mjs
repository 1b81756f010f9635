import { tasksOf, task, closure } from '@heddle/serialization';
import { ThreadPoolExecutor } from '@heddle/threads';
const pool = new ThreadPoolExecutor({ maxWorkers: 1 });
const say = async (what, p) => { const e = await p.exception().catch((x) => x); console.log('##', what, '\n', e ? `${e.name} ${e.code} ${e.message}\n CAUSE ${e.cause?.stack ?? e.cause}` : await p); };
for (const f of ['bad.mjs', 'imports-bad.mjs', 'bad.cjs']) await say(f, pool.submit(tasksOf(new URL(f, import.meta.url)).add, 1, 2));
for (const u of ['data:text/javascript,export const add = (a, b) => a + b', 'virtual:x', 'vite:foo', '\0x', '\0virtual:x', 'webpack://app/./x.js', 'webpack-internal:///x.js', 'http://x/y.js', 'file:///nowhere?import=1', 'blob:nodedata:abc']) {
  let fn; try { fn = tasksOf(u).add; } catch (e) { console.log('##', JSON.stringify(u), 'at tasksOf', e.message); continue; }
  await say(JSON.stringify(u), pool.submit(fn, 1, 2));
}
await pool.shutdown();
