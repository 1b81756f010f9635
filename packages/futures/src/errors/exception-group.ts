import { show } from '../helpers/options.js';
import { isMarked, markError } from './brand.js';

/** Which errors {@link ExceptionGroup.split} looks for: those of a class, or those a function says true for. */
export type ErrorCondition = (new (...args: never[]) => Error) | ((error: unknown) => boolean);

/**
 * Several errors at once, none of which hides the others: what a TaskGroup throws. An AggregateError with CPython's
 * `ExceptionGroup.split` and `subgroup`; groups nest. It has Heddle's brand and a code, as every HeddleError.
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
   * @param errors - whatever was thrown, in the order in which it happened
   * @throws TypeError when `errors` is not iterable
   */
  constructor(message: string, errors: Iterable<unknown> = [], options?: { cause?: unknown }) {
    super(errors, message, options);
    // Bundlers rename a class that refers to itself.
    markError(this, new.target === ExceptionGroup ? 'ExceptionGroup' : new.target.name);
  }

  /**
   * The errors in two groups: those that match, and the others. Groups within are split too, and keep their place; one that
   * matches itself stays whole.
   *
   * @returns `undefined` in the place of an empty group
   * @throws TypeError for a condition that is no function
   */
  split(condition: ErrorCondition): [matching: ExceptionGroup | undefined, others: ExceptionGroup | undefined] {
    return divide(this, predicateOf(condition));
  }

  /** The errors that match, as by {@link ExceptionGroup.split}; `undefined` when none does. */
  subgroup(condition: ErrorCondition): ExceptionGroup | undefined {
    return this.split(condition)[0];
  }

  /** A group of other errors with this one's message, cause and stack. Subclasses override it to stay what they are. */
  derive(errors: readonly unknown[]): ExceptionGroup {
    const derived = new ExceptionGroup(this.message, errors, 'cause' in this ? { cause: this.cause } : undefined);
    Object.defineProperty(derived, 'stack', { value: this.stack, configurable: true, writable: true });
    return derived;
  }
}

/** Also one of another realm, or of another copy of the package. */
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
  // An error class of any realm: its instances inherit a message.
  const { prototype } = condition as { prototype?: unknown };
  const isClass = typeof prototype === 'object' && prototype !== null && 'message' in prototype;
  return isClass ? (error) => error instanceof (condition as new () => Error) : (condition as (error: unknown) => boolean);
}
