import { CancelledError } from '../errors/errors.js';
import type { Backend } from '../executor/backend.js';
import type { TaskRequest } from '../executor/task-request.js';
import { followSignal } from '../future/follow-signal.js';
import { FutureController } from '../future/future-controller.js';
import type { Future } from '../future/future.js';
import { scopeSignal } from './scope-signal.js';

/**
 * Schedules a task as `submit` does: it belongs to the cancellation scope of the caller (`@heddle/coroutines`), if there is one. When
 * the scope is cancelled, the task is cancelled or, if it is running, aborted. In a scope that is cancelled already, no task is scheduled.
 * For authors of functions that submit for users.
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

/** The CancelledError that a scope's signal aborts with. */
export function cancellationOf(signal: AbortSignal): CancelledError {
  const reason: unknown = signal.reason;
  return reason instanceof CancelledError ? reason : new CancelledError('the scope was cancelled', { cause: reason });
}
