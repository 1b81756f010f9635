import { SerializationError } from '@heddle/futures/errors';
import { types } from 'node:util';
import { constructorName } from './constructor-name.js';

/** A value that can't travel, on its way up to where the whole path is known. */
export class Refusal extends Error {
  /** Innermost first. */
  readonly keys: string[] = [];
  readonly reason: string;

  constructor(reason: string, cause?: unknown) {
    super(reason, cause === undefined ? undefined : { cause });
    this.reason = reason;
  }

  /** @param root - `args`, `result`, ... */
  toError(root: string): SerializationError {
    const keys = this.keys.reverse();
    const shown = keys.length > 12 ? [...keys.slice(0, 6), `...(${String(keys.length - 12)} more)...`, ...keys.slice(-6)] : keys;
    const path = root + shown.join('');
    const options = this.cause === undefined ? { path } : { path, cause: this.cause };
    return new SerializationError(`${path}: ${this.reason}`, options);
  }
}

/** How a key looks in a path: `.name`, `[3]`, `["odd key"]`. */
export function pathKey(key: string | number): string {
  if (typeof key === 'number') return `[${String(key)}]`;
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}

/** Why a function can't travel. */
export function refuseFunction(value: unknown): Refusal {
  const name = (value as { name?: string }).name;
  return new Refusal(
    `a function${name ? ` (${name})` : ''} can't travel inside a value; pass the data it needs, ` +
      'or import() it in the task from the module that exports it',
  );
}

/** Why an object can't travel. */
export function refuseObject(value: object): Refusal {
  if (types.isProxy(value)) return new Refusal(isRevoked(value) ? "a revoked Proxy can't travel: there is nothing behind it" : "a Proxy can't travel; pass a plain copy, e.g. { ...value }");
  if (types.isPromise(value)) return new Refusal("a Promise can't travel; await it first");
  if (types.isModuleNamespaceObject(value)) return new Refusal("a module can't travel; import() it in the task");
  if (types.isWeakMap(value) || types.isWeakSet(value) || value instanceof WeakRef) {
    return new Refusal(`a ${constructorName(value)} can't travel; pass what it refers to`);
  }
  if (value instanceof FinalizationRegistry) return new Refusal("a FinalizationRegistry can't travel; make one in the task");
  if (types.isGeneratorObject(value)) return new Refusal("a generator can't travel; pass an array of what it yields");
  if (value instanceof AbortSignal) {
    return new Refusal("an AbortSignal can't travel; submit through executor.with({ signal }), and use currentTask().signal in the task");
  }
  if (isHandle(value)) {
    return new Refusal(`a ${constructorName(value)} can't leave its thread: it is bound to an open handle; open it in the task instead`);
  }
  if (isTransferOnly(value)) return new Refusal(`a ${constructorName(value)} can only be moved; wrap it: transfer(value)`);
  const name = constructorName(value) || 'a class';
  return new Refusal(
    `an instance of ${name} would arrive as a plain object without its methods and private fields; ` +
      'pass plain data (e.g. { ...value }), or register its class: serializable(import.meta.url, Class) where it is defined',
  );
}

/** No trap answers this question. */
function isRevoked(proxy: object): boolean {
  try {
    Array.isArray(proxy);
    return false;
  } catch {
    return true;
  }
}

function isTransferOnly(value: object): boolean {
  const name = constructorName(value);
  return name === 'MessagePort' || name === 'FileHandle' || (name.endsWith('Stream') && 'locked' in value);
}

function isHandle(value: object): boolean {
  return '_handle' in value || ('fd' in value && typeof (value as { on?: unknown }).on === 'function') || 'asyncId' in value;
}
