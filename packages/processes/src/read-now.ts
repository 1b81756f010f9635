import { readSync } from 'node:fs';
import type { Duplex, Readable, Writable } from 'node:stream';
import { withoutStack } from './without-stack.js';

/**
 * On Deno `_handle.fd` is a number of Deno's own, which may be the descriptor of any other file. A descriptor that a Socket was made of can't
 * be read otherwise there (EBADF).
 */
export const hasDescriptors: boolean = process.versions['deno'] === undefined;

/** @returns the descriptor of a Node stream, which doesn't block; `undefined` where there is none, or none any more */
export function fdOf(stream: Readable | Writable | Duplex | null | undefined): number | undefined {
  if (!hasDescriptors) return undefined;
  const fd = (stream as { readonly _handle?: { readonly fd?: number } | null } | null | undefined)?._handle?.fd;
  return fd === undefined || fd < 0 ? undefined : fd;
}

/**
 * Reads the bytes that have come, without the event loop, which is not disturbed by it.
 *
 * @returns how many bytes; 0 at the end; `undefined` when there are none, or it can't be told
 */
export function readNow(stream: Readable | null | undefined, into: Uint8Array): number | undefined {
  const fd = fdOf(stream);
  if (fd === undefined) return undefined;
  try {
    return withoutStack(() => readSync(fd, into));
  } catch {
    return undefined; // Nothing has come yet. The event loop will report any other problem.
  }
}
