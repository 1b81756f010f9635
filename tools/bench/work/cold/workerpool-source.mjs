import workerpool from 'workerpool';

const pool = workerpool.pool({ workerType: 'thread', maxWorkers: 1 });
console.log(await pool.exec((n) => n + 1, [41]));
process.exit();
