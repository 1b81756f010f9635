import { tasksOf } from '@heddle/serialization';
import { ThreadPoolExecutor } from '@heddle/threads';
import { ProcessPoolExecutor } from '@heddle/processes';
const { add } = tasksOf(new URL('never.mjs', import.meta.url));
for (const make of [() => new ThreadPoolExecutor({ maxWorkers: 1 }), () => new ProcessPoolExecutor({ maxWorkers: 1 })]) {
  for (const [what, end] of [['abort', (p, f) => f.abort('x', { graceMs: 10 })], ['cancelFutures', (p) => p.shutdown({ cancelFutures: true, graceMs: 10 })], ['terminate', (p) => p.terminateWorkers?.()], ['shutdown wait false', (p) => p.shutdown({ wait: false })], ]) {
    const pool = make(); const f = pool.submit(add, 1, 2); const g = pool.submit(add, 3, 4);
    const limit = new Promise((r) => setTimeout(r, 3000, 'PENDING after 3 s'));
    while (!f.running()) await new Promise((r) => setTimeout(r, 5));
    const t = Date.now();
    const ended = await Promise.race([end(pool, f), limit]);
    const r = await Promise.race([f.exception().then((e) => e?.message ?? 'none', (e) => 'rej ' + e.message), limit]);
    const r2 = await Promise.race([g.exception().then((e) => e?.message ?? 'none', (e) => 'rej ' + e.message), new Promise((r) => setTimeout(r, 300, 'PENDING'))]);
    console.log(pool.constructor.name, what, Date.now() - t, ended, '|', r?.slice(0, 120), '|', r2?.slice(0, 120));
    if (what !== 'shutdown wait false') await Promise.race([pool.shutdown({ cancelFutures: true }), new Promise((r) => setTimeout(r, 1500))]).then(() => console.log('  shut', Date.now() - t)); 
    pool.terminateWorkers?.();
  }
}
console.log('end');
