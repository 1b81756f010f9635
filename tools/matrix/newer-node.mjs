/** What newer versions of Node add, and what Heddle makes of it, for docs/runtimes.md. Times are of one machine with Node 20.12, 22, 24 and 26. */

/** @type {readonly { feature: string, since: string, effect: string }[]} */
export const additions = [
  {
    feature: 'async context frames',
    since: '24',
    effect:
      'the context of `currentTask()`, of scopes and of your own AsyncLocalStorage costs an `await` nothing: about 60 ns, where it takes ' +
      '400 ns on Node 20 and 22. There is nothing to switch on',
  },
  {
    feature: '`threadName` of `node:worker_threads`',
    since: '22.20, 24.6',
    effect:
      'pools and Threads give Node the names of their threads on each version. A task reads its own from `threadName`. From Node 24 on the ' +
      'operating system shows them too (`top -H`)',
  },
  {
    feature: "`await using` of Node's own `Worker`",
    since: 'later releases of 22, 24',
    effect: 'nothing: it calls `terminate()`. Executors and task groups have `Symbol.asyncDispose` on each version',
  },
  {
    feature: 'variables that are not yet initialised',
    since: '22',
    effect:
      'a task that captures one is refused: V8 tells them from `undefined`. On Node 20 Heddle reads the source of the module to find out, and ' +
      'knows only declarations that plainly give another value',
  },
  {
    feature: '`--allow-net` of the permission model',
    since: '26',
    effect: 'processes need it beside `--allow-child-process`, since Node counts their pipes as network. The error names the flag',
  },
];
