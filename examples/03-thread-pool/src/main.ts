import { isMainThread } from 'node:worker_threads';
import { ThreadPool } from 'heddle';

function squareNumber(n: number): number {
  return n ** 2;
}

// function to be mapped over
async function calculateParallel(numbers: number[], threads = 2): Promise<number[]> {
  const pool = new ThreadPool(threads);
  const results = await pool.map(squareNumber, numbers);
  pool.close(); // NOTE close before join
  await pool.join();
  return results;
}

if (isMainThread) {
  const numbers = [1, 2, 3, 4, 5];
  const squaredNumbers = await calculateParallel(numbers, 4);
  for (const n of squaredNumbers) {
    console.log(n);
  }
}
