/** The messages to the service manager, and their times. sd_notify(3) describes what the manager does with them. */
import type { Executor } from '@heddle/futures';
import { reportError, startTimer } from '@heddle/futures/authors';
import { ExecutorPulse } from './executor-pulse.js';
import { Notifier, statusLine } from './notifier.js';
import { watchdogIntervalMs } from './watchdog-interval.js';
import { Watchdog, type Watched } from './watchdog.js';

export class ServiceManager {
  readonly #notifier: Notifier;
  readonly #watchdog: Watchdog | undefined;
  readonly #executors: () => ReadonlyMap<Executor, { readonly name: string }>;
  readonly #busyTimeoutMs: number;
  readonly #pulses = new Map<Executor, Watched>();
  #isFeeding = false;
  #state: 'starting' | 'ready' | 'stopping' = 'starting';

  /** @param executors - the executors that are watched, with their names */
  constructor(env: NodeJS.ProcessEnv, executors: () => ReadonlyMap<Executor, { readonly name: string }>, busyTimeoutMs: number) {
    this.#notifier = new Notifier(env['NOTIFY_SOCKET']);
    this.#executors = executors;
    this.#busyTimeoutMs = busyTimeoutMs;
    const intervalMs = this.#notifier.hasManager ? watchdogIntervalMs(env, process.pid) : undefined;
    if (intervalMs === undefined) return;
    this.#watchdog = new Watchdog(intervalMs, {
      watched: () => this.#watched(),
      feed: () => void this.#feed(),
      starves: (names) => {
        reportError(
          `the watchdog is not fed: ${names.join(', ')} ${names.length === 1 ? 'does' : 'do'} not answer`,
          'HEDDLE_WATCHDOG_STARVES',
          'the service manager is about to restart the service',
        );
      },
      startTimer,
    });
  }

  ready(text: string | undefined): Promise<void> {
    if (this.#state !== 'starting') return text === undefined ? Promise.resolve() : this.status(text);
    this.#state = 'ready';
    const told = this.#notifier.tell('READY=1', ...(text === undefined ? [] : [statusLine(text)]));
    this.#watchdog?.start();
    return told;
  }

  status(text: string): Promise<void> {
    return this.#notifier.tell(statusLine(text));
  }

  /** Sends nothing before the service is ready, since the READY that follows a reload would come too early. */
  reloading(): Promise<void> {
    if (this.#state !== 'ready') return Promise.resolve();
    return this.#notifier.tell('RELOADING=1', `MONOTONIC_USEC=${String(process.hrtime.bigint() / 1000n)}`);
  }

  /** @param problem - why the reload failed */
  reloaded(problem: string | undefined): Promise<void> {
    if (this.#state !== 'ready') return Promise.resolve();
    return this.#notifier.tell('READY=1', ...(problem === undefined ? [] : [statusLine(`reload failed: ${problem}`)]));
  }

  /**
   * Stops feeding the manager's watchdog. From here on the manager waits for the end, and has its own limit for that.
   *
   * @returns resolves when every message was sent
   */
  stopping(): Promise<void> {
    if (this.#state === 'stopping') return this.#notifier.told;
    this.#state = 'stopping';
    this.#watchdog?.stop();
    return this.#notifier.tell('STOPPING=1');
  }

  /** One message at a time, since messages that get stuck would pile up. */
  async #feed(): Promise<void> {
    if (this.#isFeeding) return;
    this.#isFeeding = true;
    await this.#notifier.tell('WATCHDOG=1');
    this.#isFeeding = false;
  }

  #watched(): Iterable<Watched> {
    for (const [executor, { name }] of this.#executors()) {
      if (!this.#pulses.has(executor))
        this.#pulses.set(executor, { name, pulse: new ExecutorPulse(executor, this.#busyTimeoutMs, () => performance.now()) });
    }
    return this.#pulses.values();
  }
}
