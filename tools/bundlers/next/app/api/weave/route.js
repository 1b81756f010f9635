/** A route that runs tasks on threads: by source, and by reference to a module that Next leaves alone. */
import { join } from 'node:path';
import { tasksOf, ThreadPoolExecutor } from 'heddle';

import { marked } from './marked.js';

export const runtime = 'nodejs';
export const dynamic = 'force-dynamic';

const pool = new ThreadPoolExecutor({ maxWorkers: 2 });
const { double } = tasksOf(join(process.cwd(), 'tasks/double.mjs'));
const factor = 3;
const scale = (n) => n * factor;

export async function GET() {
  const failure = await pool.submit(marked).exception();
  return Response.json({
    scaled: await pool.submit(scale, 7),
    doubled: await pool.submit(double, 7),
    marked: /task "marked" not found.*an entry of its own/s.test(failure?.message) ? 'refused' : String(failure),
  });
}
