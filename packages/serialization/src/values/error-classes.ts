/** The error classes that every realm of this engine has, by their names on the wire. */
import { builtInName } from './built-in-prototype.js';
import { constructorName } from './constructor-name.js';

type ErrorClass = new (message?: string, options?: unknown) => Error;

const globals = globalThis as unknown as Record<string, ErrorClass | undefined>;
const { WebAssembly } = globalThis as unknown as { WebAssembly?: Record<string, ErrorClass | undefined> };

const ofLanguage = new Set([
  'Error',
  'TypeError',
  'RangeError',
  'SyntaxError',
  'ReferenceError',
  'EvalError',
  'URIError',
  'AggregateError',
  'SuppressedError',
]);
const ofWebAssembly = new Set(['CompileError', 'LinkError', 'RuntimeError']);
/** Classes that the runtime implements in JavaScript. */
const ofPlatform = ['QuotaExceededError', 'DOMException'];

/** The fields that a QuotaExceededError has beside its message. */
export const quotaKeys = ['quota', 'requested'] as const;

/** Returns the name of the built-in error class that has this prototype; `undefined` when no built-in error class has it. */
export function errorClassName(prototype: object): string | undefined {
  const name = builtInName(prototype);
  if (ofLanguage.has(name)) return name;
  if (ofWebAssembly.has(name)) return `WebAssembly.${name}`;
  return ofPlatform.find(
    (each) => prototype === globals[each]?.prototype || (each === 'DOMException' && constructorName(prototype) === each),
  );
}

/** Makes an error of the class with this name, or of the nearest class that exists here. */
export function makeError(base: string, message: string, name: string, fields: Readonly<Record<string, unknown>>): Error {
  if (base === 'AggregateError') return new AggregateError([], message);
  if (base === 'SuppressedError')
    return new (globals[base] as unknown as new (error: unknown, suppressed: unknown, message: string) => Error)(
      undefined,
      undefined,
      message,
    );
  if (base === 'QuotaExceededError' && globals[base] !== undefined) return quotaError(globals[base], message, fields);
  if (base === 'DOMException' || base === 'QuotaExceededError') return new DOMException(message, name);
  if (base.startsWith('WebAssembly.')) {
    const ErrorOfWebAssembly = ofWebAssembly.has(base.slice(12)) ? WebAssembly?.[base.slice(12)] : undefined;
    if (ErrorOfWebAssembly !== undefined) return new ErrorOfWebAssembly(message);
  }
  return new ((ofLanguage.has(base) ? globals[base] : undefined) ?? Error)(message);
}

function quotaError(QuotaExceededError: ErrorClass, message: string, fields: Readonly<Record<string, unknown>>): Error {
  const given = quotaKeys.filter((key) => typeof fields[key] === 'number').map((key) => [key, fields[key]]);
  return new QuotaExceededError(message, Object.fromEntries(given));
}
