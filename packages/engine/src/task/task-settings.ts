import type { TaskOptions } from '@heddle/futures';
import { bindContext, reportError } from '@heddle/futures/authors';
import { decodeValue, inThisRealm, loadClasses, type Trust } from '@heddle/serialization';
import type { CallerObjectServer } from './caller-object-server.js';

/** The settings that only few tasks have: options, and the cleanups that belong to them. */
export interface TaskSettings {
  readonly options: TaskOptions;
  readonly attempt: number;
  /** The objects to transfer with the arguments. */
  readonly transfer: readonly object[] | undefined;
  /** Functions that run when the task is settled: they remove listeners and stop timers. */
  readonly cleanups: (() => void)[];
  /** Answers the calls that the task makes of its caller objects. */
  readonly callerObjectServer: CallerObjectServer | undefined;
  onProgress: ((value: unknown, encoded: boolean) => void) | undefined;
  /** Set while the task is being aborted. `stopped` tells that it ended that way. */
  aborting: { readonly reason: unknown; stopped: boolean } | undefined;
}

export function createSettings(
  options: TaskOptions = {},
  transfer?: readonly object[],
  callerObjectServer?: CallerObjectServer,
  attempt = 1,
): TaskSettings {
  const cleanups =
    callerObjectServer === undefined
      ? []
      : [
          () => {
            callerObjectServer.close();
          },
        ];
  return { options, attempt, transfer, cleanups, callerObjectServer, onProgress: undefined, aborting: undefined };
}

/** Returns the settings that a task needs for its options; `undefined` when it needs none. */
export function settingsOf(
  options: TaskOptions,
  transfer: readonly object[] | undefined,
  callerObjectServer?: CallerObjectServer,
  attempt = 1,
  trust: Trust = 'code',
): TaskSettings | undefined {
  if (transfer === undefined && callerObjectServer === undefined && attempt === 1 && isEmpty(options)) return undefined;
  const settings = createSettings(options, transfer, callerObjectServer, attempt);
  const { onProgress } = options;
  if (onProgress !== undefined) {
    const inContext = bindContext(onProgress);
    const tell = (value: unknown, encoded: boolean): void => {
      try {
        inContext(encoded ? decodeValue(value, trust) : inThisRealm(value));
      } catch (error) {
        reportError('onProgress of a task threw', 'HEDDLE_CALLBACK_THREW', error);
      }
    };
    /** The latest report that waits for classes to load. Later reports wait for it, which keeps their order. */
    let last: Promise<void> | undefined;
    settings.onProgress = (value, encoded) => {
      const loading = encoded ? loadClasses(value, trust) : undefined;
      if (loading === undefined && last === undefined) {
        tell(value, encoded);
        return;
      }
      const mine = Promise.all([last, loading]).then(() => {
        if (last === mine) last = undefined;
        tell(value, encoded);
      });
      last = mine;
    };
  }
  return settings;
}

function isEmpty(options: TaskOptions): boolean {
  for (const _ in options) return false;
  return true;
}
