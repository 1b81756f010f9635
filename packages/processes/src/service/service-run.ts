/**
 * One run of a service.
 *
 *   main runs ──returns──▶ executors finish ─────────────▶ ended
 *       │                        │                           ▲
 *       ├── SIGTERM, SIGINT ─────┤                           │
 *       │                        ▼                           │
 *       └── throws ──────▶ stopping: signals abort, ─────────┘
 *                          main ends, executors are shut down
 *                                │ deadline, second signal
 *                                ▼
 *                          the program exits
 */
import { constants } from 'node:os';
import { AbortError, InvalidStateError, type Executor } from '@heddle/futures';
import { describeError, isExecutor, ofType, reportError, show, startTimer } from '@heddle/futures/authors';
import { exitByForce } from './exit-by-force.js';
import { handleSignals } from './handle-signals.js';
import { Reloader } from './reloader.js';
import { ServiceExecutor } from './service-executor.js';
import { ServiceManager } from './service-manager.js';
import type { resolveServiceOptions, Service, ServiceOutcome } from './service.js';
import { stemsFrom } from './stems-from.js';

export class ServiceRun {
  readonly #options: ReturnType<typeof resolveServiceOptions>;
  readonly #aborter = new AbortController();
  readonly #executors = new Map<Executor, ServiceExecutor>();
  readonly #manager: ServiceManager;
  readonly #service: Service;
  /** The first signal that came. */
  #signal: NodeJS.Signals | undefined;
  #failure: { readonly error: unknown } | undefined;
  #mainEnded = false;
  #stopDeadline: (() => void) | undefined;

  constructor(options: ReturnType<typeof resolveServiceOptions>) {
    this.#options = options;
    this.#manager = new ServiceManager(process.env, () => this.#executors, options.busyTimeoutMs);
    const { signal } = this.#aborter;
    const stopped = new Promise<void>((resolve) => {
      signal.addEventListener(
        'abort',
        () => {
          resolve();
        },
        { once: true },
      );
    });
    const text = ofType('string');
    this.#service = {
      signal,
      untilStop: () => stopped,
      use: (executor) => this.#use(executor),
      ready: (status) => {
        if (status !== undefined) text(status, 'ready: status');
        return this.#manager.ready(status);
      },
      status: (status) => {
        text(status, 'status: text');
        return this.#manager.status(status);
      },
    };
  }

  async run(main: (service: Service) => unknown): Promise<ServiceOutcome> {
    const removeHandlers = handleSignals(this.#handlers());
    // Neither a handler of signals nor an idle worker keeps the program alive.
    const keepAlive = setInterval(() => undefined, 2 ** 30);
    try {
      await this.#runMain(main);
      await this.#shutDown();
      await this.#manager.stopping();
    } finally {
      this.#stopDeadline?.();
      clearInterval(keepAlive);
      removeHandlers();
    }
    this.#aborter.abort(new AbortError('the service has ended'));
    return this.#outcome();
  }

  #handlers(): Parameters<typeof handleSignals>[0] {
    const stop = (signal: NodeJS.Signals): void => {
      this.#signalled(signal);
    };
    const { onReload } = this.#options;
    if (onReload === undefined) return { SIGTERM: stop, SIGINT: stop };
    const reloader = new Reloader(
      () => onReload(this.#service),
      () => void this.#manager.reloading(),
      (problem) => void this.#manager.reloaded(problem),
    );
    return {
      SIGTERM: stop,
      SIGINT: stop,
      SIGHUP: () => {
        if (!this.#aborter.signal.aborted) reloader.request();
      },
    };
  }

  async #runMain(main: (service: Service) => unknown): Promise<void> {
    try {
      await main(this.#service);
    } catch (error) {
      const { signal } = this.#aborter;
      if (!signal.aborted || !stemsFrom(error, signal.reason)) {
        this.#failure = { error };
        reportError('the main function of the service threw: the service stops', 'HEDDLE_SERVICE_FAILED', error);
        void this.#manager.status(`failed: ${describeError(error).split('\n')[0] ?? ''}`);
        this.#beginStop(error);
      }
    }
    this.#mainEnded = true;
  }

  /** Executors finish the work that they have accepted; when the service stops, only the tasks that run. */
  async #shutDown(): Promise<void> {
    await Promise.all(Array.from(this.#executors.values(), (executor) => this.#shutDownOne(executor)));
  }

  async #shutDownOne(executor: ServiceExecutor): Promise<void> {
    try {
      await executor.shutdown({ cancelFutures: this.#aborter.signal.aborted });
    } catch (error) {
      reportError(`${executor.name} could not be shut down`, 'HEDDLE_SERVICE_FAILED', error);
    }
  }

  #use(executor: Executor): Executor {
    if (!isExecutor(executor)) throw new TypeError(`use: it must be an executor, got ${show(executor)}`);
    if (this.#mainEnded)
      throw new InvalidStateError('use: the main function of the service has ended, and nobody would shut the executor down');
    const known = [...this.#executors].find(([given, mine]) => given === executor || mine === executor);
    const mine = known?.[1] ?? new ServiceExecutor(executor);
    if (known === undefined) this.#executors.set(executor, mine);
    return mine;
  }

  #signalled(signal: NodeJS.Signals): void {
    if (this.#signal !== undefined) {
      this.#force(`${signal} came while it was stopping`, signal);
      return;
    }
    this.#signal = signal;
    this.#beginStop(new AbortError(`the service was told to stop (${signal})`, { cause: signal }));
  }

  #beginStop(reason: unknown): void {
    if (this.#aborter.signal.aborted) return;
    const { stopTimeoutMs } = this.#options;
    this.#stopDeadline = startTimer(stopTimeoutMs, () => {
      this.#force(`it had not stopped after ${String(stopTimeoutMs)} ms (stopTimeoutMs)`, this.#signal);
    });
    void this.#manager.stopping();
    this.#aborter.abort(reason);
    for (const executor of this.#executors.values()) executor.stopTasks(reason);
    if (this.#mainEnded) void this.#shutDown();
  }

  #force(why: string, signal: NodeJS.Signals | undefined): void {
    const left = this.#mainEnded ? [] : ['its main function has not returned'];
    for (const executor of this.#executors.values()) {
      const { running, suspended } = executor.statistics();
      if (running + suspended > 0)
        left.push(`${executor.name} runs ${String(running + suspended)} task${running + suspended === 1 ? '' : 's'}`);
    }
    reportError(`the service is ended by force: ${why}`, 'HEDDLE_SERVICE_FORCED', left.join('\n'));
    const exitCode = signal === undefined ? 1 : 128 + constants.signals[signal];
    // The report has to be printed first.
    setImmediate(() => exitByForce(exitCode));
  }

  #outcome(): ServiceOutcome {
    const signal = this.#signal === undefined ? {} : { signal: this.#signal };
    if (this.#failure !== undefined) {
      process.exitCode = 1;
      return { reason: 'failed', ...signal, error: this.#failure.error, exitCode: 1 };
    }
    return { reason: this.#signal === undefined ? 'returned' : 'stopped', ...signal, exitCode: 0 };
  }
}
