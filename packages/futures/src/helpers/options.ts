/** Checks of arguments and options. Every message names the option, the value and the values that are allowed. */

/** Returns a short text of any value, for messages. */
export function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 60 ? `${value.slice(0, 57)}...` : value);
  if (typeof value === 'function') return value.name === '' ? 'an anonymous function' : `function ${value.name}`;
  if (typeof value === 'object' && value !== null) {
    if (Array.isArray(value)) return `an array of ${String(value.length)}`;
    const name = (Object.getPrototypeOf(value) as { constructor?: { name?: unknown } } | null)?.constructor?.name;
    return typeof name === 'string' && name !== 'Object' ? `an instance of ${name}` : 'an object';
  }
  return String(value);
}

function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(substitution, (previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
    }
    previous = row;
  }
  return previous[b.length] ?? 0;
}

/**
 * Finds the candidate that a user most likely meant.
 *
 * @returns `undefined` when none is near, that is, when more than a third of the letters differ
 */
export function nearestName(name: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(2, Math.floor(name.length / 3)) + 1;
  for (const candidate of candidates) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

/** Checks one option's value. It throws a TypeError or RangeError whose message begins with `label`. */
export type OptionCheck = (value: unknown, label: string) => void;

/**
 * Checks an options object against the options that exist.
 *
 * @param where - the class or function that the options are for, e.g. `ThreadPoolExecutor`
 * @throws TypeError for an unknown option (naming the nearest one) or a value of a wrong type
 * @throws RangeError for a value out of range
 */
export function checkOptions(where: string, options: unknown, checks: Readonly<Record<string, OptionCheck>>): void {
  if (options === undefined) return;
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new TypeError(`${where}: options must be an object, got ${show(options)}`);
  }
  for (const [name, value] of Object.entries(options)) {
    if (!Object.hasOwn(checks, name)) {
      const nearest = nearestName(name, Object.keys(checks));
      const hint = nearest === undefined ? `known options: ${Object.keys(checks).join(', ')}` : `did you mean "${nearest}"?`;
      throw new TypeError(`${where}: unknown option "${name}"; ${hint}`);
    }
    if (value !== undefined) checks[name]?.(value, `${where}: ${name}`);
  }
}

/** A check for a whole number of at least `minimum`. */
export function integerFrom(minimum: number, hint?: string): OptionCheck {
  return (value, label) => {
    if (typeof value !== 'number') throw new TypeError(`${label} must be a whole number, got ${show(value)}`);
    if (!Number.isInteger(value) || value < minimum) {
      throw new RangeError(`${label} must be ${hint ?? `a whole number of at least ${String(minimum)}`}, got ${show(value)}`);
    }
  };
}

/** A check for a whole number of at least 0, or `Infinity`: a limit. */
export const countOrInfinity: OptionCheck = (value, label) => {
  if (value !== Infinity) integerFrom(0)(value, label);
};

/** A check for a whole number of at least 1, or `Infinity`: a limit that is never zero. */
export const positiveOrInfinity: OptionCheck = (value, label) => {
  if (value !== Infinity) integerFrom(1)(value, label);
};

/** A check for a duration in milliseconds: 0 or more, `Infinity` allowed. */
export const durationMs: OptionCheck = (value, label) => {
  if (typeof value !== 'number') throw new TypeError(`${label} must be a number of milliseconds, got ${show(value)}`);
  if (Number.isNaN(value) || value < 0) throw new RangeError(`${label} must be 0 or more milliseconds, got ${show(value)}`);
};

/** A check by `typeof`. */
export function ofType(type: 'string' | 'boolean' | 'function' | 'object'): OptionCheck {
  const article = type === 'object' ? 'an' : 'a';
  return (value, label) => {
    if (typeof value !== type || value === null) throw new TypeError(`${label} must be ${article} ${type}, got ${show(value)}`);
  };
}

/** A check for a finite number. */
export const finiteNumber: OptionCheck = (value, label) => {
  if (typeof value !== 'number') throw new TypeError(`${label} must be a number, got ${show(value)}`);
  if (!Number.isFinite(value)) throw new RangeError(`${label} must be a finite number, got ${show(value)}`);
};

/** A check for one of some strings. */
export function oneOf(...choices: readonly string[]): OptionCheck {
  return (value, label) => {
    if (typeof value !== 'string' || !choices.includes(value)) {
      const nearest = typeof value === 'string' ? nearestName(value, choices) : undefined;
      const hint = nearest === undefined ? '' : `; did you mean "${nearest}"?`;
      throw new TypeError(`${label} must be one of ${choices.map((c) => `"${c}"`).join(', ')}, got ${show(value)}${hint}`);
    }
  };
}

/** A check for an AbortSignal of any realm. */
export const abortSignal: OptionCheck = (value, label) => {
  const signal = value as Partial<AbortSignal> | null;
  if (typeof signal !== 'object' || typeof signal?.aborted !== 'boolean' || typeof signal.addEventListener !== 'function') {
    throw new TypeError(`${label} must be an AbortSignal, got ${show(value)}`);
  }
};

/** A check for an array. */
export const arrayValue: OptionCheck = (value, label) => {
  if (!Array.isArray(value)) throw new TypeError(`${label} must be an array, got ${show(value)}`);
};
