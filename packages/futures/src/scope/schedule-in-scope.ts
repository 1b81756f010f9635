import { CancelledError } from '../errors/errors.js';
import type { Backend } from '../executor/backend.js';
import type { TaskRequest } from '../executor/task-request.js';
import { followSignal } from '../future/follow-signal.js';
import { FutureController } from '../future/future-controller.js';
import type { Future } from '../future/future.js';
import { scopeSignal } from './scope-signal.js';

/**
 * Schedules what somebody submits. For authors of what submits for users. In a cancellation scope (`@heddle/coroutines`) the task belongs to that: when the scope is cancelled
 * the task is cancelled or, when it runs, aborted; in a cancelled scope nothing is scheduled.
 */
export function scheduleInScope(backend: Backend, request: TaskRequest): Future<unknown> {
  const signal = scopeSignal();
  if (signal === undefined) return backend.schedule(request);
  if (signal.aborted) {
    const controller = new FutureController<unknown>(request.fn.name);
    controller.setCancelled(cancellationOf(signal));
    return controller.future;
  }
  const future = backend.schedule(request);
  followSignal(future, signal);
  return future;
}

/** What a scope's signal aborts with. */
export function cancellationOf(signal: AbortSignal): CancelledError {
  const reason: unknown = signal.reason;
  return reason instanceof CancelledError ? reason : new CancelledError('the scope was cancelled', { cause: reason });
}
