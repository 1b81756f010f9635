/** Takes the connections and queues out of the arguments of a process before those travel, and puts them in again in the process. */
import { openConnection } from './connection.js';
import { handleOf, type PortHandle } from './port-handle.js';
import type { Port } from './port.js';
import type { GivenPort } from './process-protocol.js';
import { openQueue } from './process-queue.js';

type Path = readonly (string | number)[];

/** A connection or queue, with the paths at which it was found. */
export interface Found {
  readonly handle: PortHandle;
  readonly paths: Path[];
}

/**
 * Finds connections and queues in arrays and plain objects.
 *
 * @returns the arguments without them; arrays and objects that held any are copies
 */
export function takePorts(args: readonly unknown[]): { readonly args: readonly unknown[]; readonly found: readonly Found[] } {
  const found = new Map<PortHandle, Found>();
  /** The replacement of each object. An object whose search has not ended stands for itself. */
  const done = new Map<object, unknown>();
  const visit = (value: object, path: Path): unknown => {
    const handle = handleOf(value);
    if (handle !== undefined) {
      const known = found.get(handle) ?? { handle, paths: [] };
      known.paths.push(path);
      found.set(handle, known);
      return null;
    }
    if (done.has(value)) return done.get(value);
    if (!Array.isArray(value) && !isPlain(value)) return value;
    done.set(value, value);
    const items = value as Record<string, unknown>;
    let copy: Record<string, unknown> | undefined;
    for (const key of Object.keys(items)) {
      const item = items[key];
      if (typeof item !== 'object' || item === null) continue;
      const replaced = visit(item, [...path, key]);
      if (replaced === item) continue;
      copy ??= (Array.isArray(value) ? value.slice() : { ...items }) as Record<string, unknown>;
      copy[key] = replaced;
    }
    done.set(value, copy ?? value);
    return copy ?? value;
  };
  return { args: visit(args, []) as readonly unknown[], found: [...found.values()] };
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

/** Puts connections and queues back at their paths. */
export function placePorts(args: unknown[], given: readonly GivenPort[], portOf: (number: number) => Port): void {
  for (const { number, kind, maxSize, paths } of given) {
    const port = portOf(number);
    const opened = kind === 'connection' ? openConnection(port) : openQueue(port, maxSize);
    for (const path of paths) {
      let holder = args as unknown as Record<string, unknown>;
      for (const key of path.slice(0, -1)) holder = holder[key] as Record<string, unknown>;
      holder[path.at(-1) ?? 0] = opened;
    }
  }
}
