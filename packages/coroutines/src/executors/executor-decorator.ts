import type { Backend, Executor, Future, Reservation, TaskRequest } from '@heddle/futures';
import { ForwardingBackend, backendOf, behindFrames, failureOwnerOf, internalFrames } from '@heddle/futures/authors';
import { Hold } from './hold.js';

internalFrames.add(import.meta.url, 'coroutines/dist/bundle/');

/** Frames that a decorator has between the user's call and the executor beneath. */
const ownFrames = 12;

/**
 * What decorators have in common: a backend that passes everything on to the one beneath, but for what is done with a task.
 *
 * An executor over it is a view, as those of `with` are: its workers, its `statistics()` and its `shutdown()` are those of the executor beneath.
 */
export abstract class DecoratorBackend extends ForwardingBackend {
  /**
   * @param where - the decorator, for messages
   * @throws TypeError unless it is given an Executor
   */
  protected constructor(where: string, executor: Executor) {
    super(backendOf(executor, `${where}: executor`));
  }

  /**
   * Runs a task.
   *
   * @param hold - where it schedules what runs beneath: now, later, or several times
   */
  protected abstract start(request: TaskRequest, hold: Hold): Future<unknown>;

  /** Makes the right to schedule beneath, for a submit or a map. */
  protected hold(reserve: Backend['reserve'], onCancel?: (error?: unknown) => void): Hold {
    return new Hold(reserve, onCancel);
  }

  override schedule(request: TaskRequest): Future<unknown> {
    return behindFrames(ownFrames, () => {
      const hold = this.#holdOf(this.hold((onCancel) => super.reserve(onCancel)));
      try {
        return this.start(request, hold);
      } finally {
        hold.letGo();
      }
    });
  }

  override reserve(onCancel: (error?: unknown) => void): Reservation {
    const hold = behindFrames(ownFrames, () => this.#holdOf(this.hold((cancel) => super.reserve(cancel), onCancel)));
    return {
      schedule: (request) => this.start(request, hold),
      close: () => {
        hold.letGo();
      },
    };
  }

  #holdOf(hold: Hold): Hold {
    hold.failureOwner = failureOwnerOf(this);
    return hold;
  }
}
