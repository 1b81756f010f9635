/** An application that is bundled with Heddle inside, and runs where no node_modules is. It prints what it finds, a line each. */
import { closure, isHeddleError, Lock, ProcessPoolExecutor, task, Thread, ThreadPoolExecutor } from 'heddle';

const factor = 3;
const byName = (n) => n * factor;
const isBun = typeof Bun !== 'undefined'; // docs/runtimes.md: captures are named there, and processes are refused
const scale = isBun ? closure(byName, { factor }) : byName;
/** A worker can't find it, since the bundle does not export it. Where a bundler knows no address of the module, there is no such task. */
const inBundle = () => task(import.meta.url, () => 1, 'inBundle');

async function main() {
  const threads = new ThreadPoolExecutor({ maxWorkers: 2 });
  console.log('threads', await threads.submit(scale, 7), (await threads.map(scale, [1, 2, 3]).toArray()).join());
  const failure = await threads
    .submit(() => {
      throw new RangeError('out of range');
    })
    .exception();
  console.log('failure', failure.name, failure.message);
  const endless = threads.submit(() => {
    for (let turns = 0; ; turns++) globalThis.turns = turns;
  });
  while (!endless.running()) await new Promise((resolve) => setTimeout(resolve, 1));
  await endless.abort('enough', { graceMs: 10 });
  const ended = await endless.exception();
  console.log('ended', ended.name, isHeddleError(ended), ended.code);
  const refused = await threads.submit((lock) => typeof lock, new Lock()).exception();
  // webpack leaves Heddle's modules the addresses that they had where it was built.
  console.log('lock', refused === undefined || /bundled with Heddle inside/.test(refused.message));
  console.log('task', await problemOfTask(threads));
  // Whether it runs depends on the bundler: the worker has no module with Heddle's functions. It must not run the application to find them.
  await threads.submit(() => typeof closure + typeof Lock).exception();
  await threads.shutdown();

  console.log('processes', await outcomeOfProcesses());

  const thread = new Thread({ target: () => undefined });
  thread.start();
  await thread.join();
  console.log('thread', thread.isAlive());
}

/** Processes run, or are refused where they can't: on Bun, and in a single executable without the path of Node. */
async function outcomeOfProcesses() {
  try {
    return await inProcess(undefined);
  } catch (error) {
    if (isBun) return /use threads/.test(error.message) ? 15 : error.message;
    if (!/single executable.*Give execPath/.test(error.message)) return error.message;
    return await inProcess(process.env.NODE_OF_WORKERS);
  }
}

async function inProcess(execPath) {
  const processes = new ProcessPoolExecutor({ maxWorkers: 1, execPath });
  const result = await processes.submit(scale, 5);
  await processes.shutdown();
  return result;
}

async function problemOfTask(threads) {
  let fn;
  try {
    fn = inBundle();
  } catch (error) {
    return /module must be import\.meta\.url.*got undefined/.test(error.message) ? 'refused' : error.message;
  }
  const { code, message } = await threads.submit(fn).exception();
  return code === 'HEDDLE_TASK_NOT_FOUND' && /an entry of its own/.test(message) ? 'refused' : message;
}

console.log('the application runs');
void main();
