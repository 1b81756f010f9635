import { ThreadPoolExecutor, ProcessPoolExecutor } from 'heddle';
const f = (n) => n + 1;
for (const [name, pool] of [['threads', new ThreadPoolExecutor({ maxWorkers: 2 })], ['processes', new ProcessPoolExecutor({ maxWorkers: 2 })]]) {
  pool.submit(f, 1).resultSync();
  for (let k = 0; k < 5; k++) {
    let t = performance.now();
    const N = 5000;
    for (let i = 0; i < N; i++) if (pool.submit(f, i).resultSync() !== i + 1) throw 1;
    const sync = (performance.now() - t) / N * 1000;
    t = performance.now();
    for (let i = 0; i < N; i++) if (await pool.submit(f, i) !== i + 1) throw 1;
    console.log(name, 'sync us', sync.toFixed(2), 'await us', ((performance.now() - t) / N * 1000).toFixed(2));
  }
  const big = new Float64Array(1 << 20);
  for (let k = 0; k < 3; k++) {
    let t = performance.now();
    for (let i = 0; i < 5; i++) pool.submit((a) => a.length, big).resultSync();
    const s = (performance.now() - t) / 5;
    t = performance.now();
    for (let i = 0; i < 5; i++) await pool.submit((a) => a.length, big);
    console.log(name, '8MiB arg sync ms', s.toFixed(1), 'await', ((performance.now() - t) / 5).toFixed(1));
    t = performance.now();
    for (let i = 0; i < 5; i++) pool.submit(() => new Float64Array(1 << 20)).resultSync();
    const s2 = (performance.now() - t) / 5;
    t = performance.now();
    for (let i = 0; i < 5; i++) await pool.submit(() => new Float64Array(1 << 20));
    console.log(name, '8MiB result sync ms', s2.toFixed(1), 'await', ((performance.now() - t) / 5).toFixed(1));
  }
  await pool.shutdown();
}
