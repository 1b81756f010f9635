/** What runtimes cannot do, for readers of docs/runtimes.md. Which runtime lacks a capability is in tools/lib/runtimes.mjs. */
import { runtimes } from '../lib/runtimes.mjs';

/**
 * The words for a capability of the conformance suite that a runtime lacks.
 *
 * @type {Readonly<Record<string, { readonly cannot: string, readonly instead: string }>>}
 */
const capabilities = {
  captures: {
    cannot: 'variables that a function by source uses',
    instead: 'name them: `closure(fn, { name })`. Heddle refuses the task, and names them',
  },
  hiddenGlobals: {
    cannot: 'such a variable that has the name of a global, as `fetch`: it is taken for the global',
    instead: 'name it: `closure(fn, { fetch })`',
  },
  moduleImports: {
    cannot: '`import()` of a relative path or of a package in a function by source',
    instead: 'put the function in a module and mark it: `task(import.meta.url, fn)`. Heddle refuses the task, and says so',
  },
  sourceFiles: {
    cannot: 'stacks that name the file of a function by source',
    instead: 'mark the function: `task(import.meta.url, fn)`',
  },
  callerFrames: {
    cannot: 'stacks with all frames of the caller',
    instead: 'none: Bun leaves out frames of functions that call as their last step',
  },
  largeViews: {
    cannot:
      "large typed arrays between threads, quickly: Deno's node:worker_threads looks at each element, which takes about 1 s for a MiB",
    instead: 'send the memory, and make the view in the task: `bytes.buffer`, or a SharedArrayBuffer',
  },
  garbageCollection: {
    cannot: 'tests that collect garbage',
    instead: 'none: the suite cannot ask Bun for a collection',
  },
  blocking: {
    cannot: '`resultSync()`',
    instead: 'await the future, or use threads: it is refused with a DeadlockError',
  },
};

/** Limits that no capability of the suite says. */
const others = [
  {
    cannot:
      'stopping a thread in a loop that only fills new arrays, as `for (;;) list.push(new Array(1000).fill(0))`: ' +
      "V8 optimizes the check for interrupts away, so neither `abort`, nor `timeoutMs`, nor `resourceLimits`, nor Node's `terminate()` stops it",
    on: 'node24, node26',
    instead: 'processes: the operating system stops them',
  },
  {
    cannot: 'processes',
    on: 'bun',
    instead: 'use threads: `ProcessPoolExecutor` and `Process` are refused when they are made or started',
  },
  {
    cannot: 'threads, processes, locks',
    on: 'chromium',
    instead:
      'InlineExecutor, CoroutineExecutor and the functions of coroutines work; the condition `browser` of the package refuses all else by name',
  },
];

/**
 * @returns {readonly { cannot: string, on: string, instead: string }[]} the rows of the table
 * @throws when a runtime lacks a capability that has no words here
 */
export function limits() {
  const lacking = Object.values(runtimes).flatMap(({ lacks }) => Object.keys(lacks));
  const wordless = lacking.find((capability) => !(capability in capabilities));
  if (wordless !== undefined) throw new Error(`tools/matrix/limits.mjs does not say what ${wordless} is`);
  const rows = Object.entries(capabilities).map(([capability, words]) => ({ ...words, on: runtimesWithout(capability) }));
  return [...rows, ...others];
}

/** A runtime of which only some executors lack the capability is named with them. */
function runtimesWithout(capability) {
  const found = Object.entries(runtimes).flatMap(([name, { lacks, absent }]) => {
    const executors = lacks[capability];
    if (executors === undefined) return [];
    return executors.length + absent.length > 1 ? [name] : [`${name} (${executors.join(', ')})`];
  });
  return found.join(', ');
}
