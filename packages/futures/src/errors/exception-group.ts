import { show } from '../helpers/options.js';
import { isMarked, markError } from './brand.js';

/** The condition of {@link ExceptionGroup.split}: an error class, or a function that returns true for an error that matches. */
export type ErrorCondition = (new (...args: never[]) => Error) | ((error: unknown) => boolean);

/**
 * Several errors at once, none of which hides the others. A TaskGroup throws it. It is an AggregateError with `split` and `subgroup` of
 * CPython's `ExceptionGroup`, and groups nest. It has Heddle's brand and a code, as every HeddleError.
 *
 * @example
 * ```ts
 * import { ExceptionGroup } from '@heddle/futures';
 *
 * const group = new ExceptionGroup('two went wrong', [new RangeError('too large'), new TypeError('no number')]);
 * const [ofRange, others] = group.split(RangeError);
 * export const counts: (number | undefined)[] = [ofRange?.errors.length, others?.errors.length]; // 1, 1
 * ```
 */
export class ExceptionGroup extends AggregateError {
  readonly code = 'HEDDLE_EXCEPTION_GROUP' as const;
  declare errors: unknown[];

  /**
   * @param errors - the values that were thrown, in the order in which they were thrown
   * @throws TypeError when `errors` is not iterable
   */
  constructor(message: string, errors: Iterable<unknown> = [], options?: { cause?: unknown }) {
    super(errors, message, options);
    // Bundlers rename a class that refers to itself.
    markError(this, new.target === ExceptionGroup ? 'ExceptionGroup' : new.target.name);
  }

  /**
   * Splits the errors into two groups: those that match, and the others. Inner groups are split, too, and keep their place. An inner
   * group that matches as a group stays whole.
   *
   * @returns the two groups, with `undefined` in the place of an empty one
   * @throws TypeError for a condition that is not a function
   */
  split(condition: ErrorCondition): [matching: ExceptionGroup | undefined, others: ExceptionGroup | undefined] {
    return divide(this, predicateOf(condition));
  }

  /** Returns the group of the errors that match, as {@link ExceptionGroup.split} does; `undefined` when none matches. */
  subgroup(condition: ErrorCondition): ExceptionGroup | undefined {
    return this.split(condition)[0];
  }

  /** Makes a group of other errors with this group's message, cause and stack. Subclasses override it to return their own class. */
  derive(errors: readonly unknown[]): ExceptionGroup {
    const derived = new ExceptionGroup(this.message, errors, 'cause' in this ? { cause: this.cause } : undefined);
    Object.defineProperty(derived, 'stack', { value: this.stack, configurable: true, writable: true });
    return derived;
  }
}

/** Tells whether an error is a group, also one of another realm or of another copy of the package. */
function isGroup(error: unknown): error is ExceptionGroup {
  return isMarked(error) && error.code === 'HEDDLE_EXCEPTION_GROUP';
}

function divide(group: ExceptionGroup, matches: (error: unknown) => boolean): [ExceptionGroup | undefined, ExceptionGroup | undefined] {
  if (matches(group)) return [group, undefined];
  const matching: unknown[] = [];
  const others: unknown[] = [];
  for (const error of group.errors) {
    if (isGroup(error)) {
      const [inside, outside] = divide(error, matches);
      if (inside !== undefined) matching.push(inside);
      if (outside !== undefined) others.push(outside);
    } else (matches(error) ? matching : others).push(error);
  }
  const part = (errors: unknown[]): ExceptionGroup | undefined => {
    if (errors.length === 0) return undefined;
    return errors.length === group.errors.length && errors.every((error, i) => error === group.errors[i]) ? group : group.derive(errors);
  };
  return [part(matching), part(others)];
}

function predicateOf(condition: ErrorCondition): (error: unknown) => boolean {
  if (typeof condition !== 'function')
    throw new TypeError(`ExceptionGroup: the condition must be an error class or a function, got ${show(condition)}`);
  // Instances of an error class inherit a message, in every realm.
  const { prototype } = condition as { prototype?: unknown };
  const isClass = typeof prototype === 'object' && prototype !== null && 'message' in prototype;
  return isClass ? (error) => error instanceof (condition as new () => Error) : (condition as (error: unknown) => boolean);
}
