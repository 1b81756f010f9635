/**
 * What a runtime cannot do, and the tests of the conformance suite that fail for that reason. A failure that is named here counts as a
 * limit of the runtime; any other counts as failed. `pattern` is of the failure's text, `titles` are of tests in which the refusal is
 * not what the test shows. A limit without both is for readers only: the suite has no such test.
 *
 * @typedef {object} Limit
 * @property {string} feature
 * @property {string} remedy
 * @property {readonly string[]} runtimes
 * @property {RegExp} [pattern]
 * @property {readonly string[]} [titles]
 */

const both = ['bun', 'deno'];

/** @type {readonly Limit[]} */
export const limits = [
  {
    feature: 'variables that a function by source uses',
    remedy: 'name them: `closure(fn, { name })`. A name that hides a global has to be named too: it is taken for the global',
    runtimes: both,
    pattern: /which can't be found out here \(there is no inspector\)/,
    titles: [
      'a cause keeps the stack of the place where it was made',
      'values that are functions of the language, and names that hide a global',
      'a class known by name only: where the worker has not registered it, the error names class and remedies',
      'the same error of many items keeps a stack of bounded length, and says the last',
    ],
  },
  {
    feature: '`import()` of a relative path in a function by source',
    remedy: 'put the function in a module and mark it: `task(import.meta.url, fn)`',
    runtimes: both,
    pattern: /from which module can't be found out/,
    titles: [
      "Heddle's own errors keep class and code",
      'a timeout cancels what has not begun',
      'a task that was answered and goes on is waited for, whatever else is unanswered',
      'a worker that dies while its task awaits another: both futures settle',
    ],
  },
  {
    feature: 'stacks that name the file of a function by source',
    remedy: 'mark the function: `task(import.meta.url, fn)`',
    runtimes: both,
    titles: ['a function that travels by source keeps its file and line'],
  },
  {
    feature: 'stacks with all frames of the caller',
    remedy: 'none: Bun leaves out frames of functions that call as their last step',
    runtimes: ['bun'],
    titles: [
      "the stack begins with the error, then the task's frames, then the caller's at submit",
      'the frames name the files: that of the task, and that of the caller',
      'in a loop of such calls too: the stack says where it was blocked on',
    ],
  },
  {
    feature: "functions of Node's modules as tasks",
    remedy: 'wrap them: `(path) => process.getBuiltinModule("node:path").basename(path)`',
    runtimes: both,
    titles: ['functions of the language and of Node are tasks'],
  },
  {
    feature:
      'stopping a thread in a loop that only fills new arrays, as `for (;;) list.push(new Array(1000).fill(0))`: ' +
      "V8 optimizes the check for interrupts away, so neither `abort`, nor `timeoutMs`, nor `resourceLimits`, nor Node's `terminate()` stops it",
    remedy: 'processes: the operating system stops them',
    runtimes: ['node24', 'node26'],
  },
  {
    feature:
      "large typed arrays between threads, quickly: Deno's node:worker_threads looks at each element, which takes about 1 s for a MiB",
    remedy: 'send the memory, and make the view in the task: `bytes.buffer`, or a SharedArrayBuffer',
    runtimes: ['deno'],
    titles: ['large arguments and large results, more than any pipe holds'],
  },
  {
    feature: 'tests that collect garbage',
    remedy: 'none: the suite cannot ask Bun for a collection',
    runtimes: ['bun'],
    pattern: /\bgc is not defined/,
  },
];

/** @returns {Limit | undefined} the limit that a failed test comes from */
export function limitOf(runtime, title, problem) {
  const last = title.split(' > ').at(-1) ?? '';
  return limits.find(
    (each) => each.runtimes.includes(runtime) && (each.pattern?.test(problem) === true || each.titles?.includes(last) === true),
  );
}
