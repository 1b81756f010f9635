/** The program of main.ts as CommonJS. */
import { ThreadPoolExecutor, isHeddleError } from 'heddle';
import errors = require('@heddle/futures/errors');

async function main(): Promise<void> {
  await using pool = new ThreadPoolExecutor({ maxWorkers: 2 });

  const product: number = await pool.submit((a: number, b: number) => a * b, 6, 7);
  const squares: number[] = await pool.map((n: number) => n * n, [1, 2, 3]).toArray();
  const length: number = await pool.submit(async (text: string) => text.length, 'heddle');
  const error: unknown = await pool
    .submit((text: string): number => {
      throw new RangeError(text);
    }, 'out of range')
    .exception();

  // @ts-expect-error a task's arguments are checked against its parameters
  const wrong = await pool.submit((n: number) => n.toFixed(), 'text').exception();
  if (isHeddleError(wrong) || wrong instanceof errors.CancelledError) throw wrong;

  console.log(JSON.stringify({ product, squares, length, error: error instanceof RangeError ? error.message : String(error) }));
}

void main();
