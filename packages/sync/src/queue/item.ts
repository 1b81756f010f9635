/**
 * Turns items into what an arena holds. Primitives and plain data keep their own form; everything else becomes bytes of the serialization
 * package.
 */
import { deserialize, serialize } from 'node:v8';
import { SerializationError } from '@heddle/futures/errors';
import { decodeValue, encodeValue, explainRefusal, inThisRealm, loadClasses, takePendingLoads } from '@heddle/serialization';
import type { Arena } from './arena.js';
import { plainText } from './plain-text.js';

/** In the order of their number in memory. */
const constants = [undefined, null, true, false] as const;
const numeric = 4;
const text = 5;
const bytes = 6;
/** Bytes of a value in which `encodeValue` has replaced something. */
const coded = 7;
/** A value that can't be bytes, such as shared memory: posts.ts keeps it under a number. */
const posted = 8;

/** An item on its way in or out. */
export interface Item {
  readonly kind: number;
  /** In bytes. */
  readonly length: number;
  readonly content: number | string | Uint8Array | undefined;
}

/** A value that can't be bytes. */
export interface Post {
  readonly value: unknown;
  readonly isCoded: boolean;
}

/**
 * @param post - keeps a value that can't be bytes, and returns its number
 * @throws SerializationError when the value can't travel between threads
 */
export function encodeItem(value: unknown, post: (post: Post) => number): Item {
  if (typeof value === 'number') return { kind: numeric, length: 8, content: value };
  const constant = constants.indexOf(value as undefined);
  if (constant >= 0) return { kind: constant, length: 0, content: undefined };
  const plain = plainText(value);
  if (plain !== undefined) return { kind: text, length: Buffer.byteLength(plain), content: plain };
  return asBytes(value) ?? { kind: posted, length: 8, content: post(asPost(value)) };
}

/** A value that could go to another process can be bytes. */
function asBytes(value: unknown): Item | undefined {
  try {
    const { value: wire, encoded } = encodeValue(value, 'item', true, 'process');
    const content = serialize(wire);
    return { kind: encoded ? coded : bytes, length: content.length, content };
  } catch {
    return undefined; // `asPost` finds the error, if there is one.
  }
}

function asPost(value: unknown): Post {
  const { value: wire, encoded, transfer } = encodeValue(value, 'item', false, 'thread');
  if (transfer !== undefined)
    throw new SerializationError(
      'item: what is moved by transfer() goes to one thread, and a queue has any number of readers; pass a copy, or move it with a task',
      { path: 'item' },
    );
  try {
    return { value: structuredClone(wire), isCoded: encoded };
  } catch (problem) {
    throw explainRefusal(value, 'item', problem, 'thread');
  }
}

export function writeItem(arena: Arena, block: number, { kind, content }: Item): void {
  if (kind === text) arena.setText(block, content as string);
  else if (typeof content === 'number') arena.setNumber(block, content);
  else if (content !== undefined) arena.setBytes(block, content as Uint8Array);
}

export function readItem(arena: Arena, block: number): Item {
  const kind = arena.kindOf(block);
  const content =
    kind < numeric
      ? undefined
      : kind === text
        ? arena.textIn(block)
        : kind === bytes || kind === coded
          ? arena.bytesIn(block)
          : arena.numberIn(block);
  return { kind, length: arena.lengthOf(block), content };
}

/** @returns the number under which posts.ts keeps an item */
export function postNumber({ kind, content }: Item): number | undefined {
  return kind === posted ? (content as number) : undefined;
}

/** A value, or one whose classes have to be loaded first. */
export type Decoded = { readonly value: unknown } | { readonly wire: unknown; readonly loading: Promise<unknown> };

/** @param post - what posts.ts kept, if the item was posted */
export function decodeItem({ kind, content }: Item, post: Post | undefined): Decoded {
  if (kind < numeric) return { value: constants[kind] };
  if (kind === numeric) return { value: content };
  if (kind === text) return { value: JSON.parse(content as string) as unknown };
  const wire = post === undefined ? (deserialize(content as Uint8Array) as unknown) : post.value;
  if (kind === bytes || post?.isCoded === false) return { value: inThisRealm(wire) };
  const loading = loadClasses(wire);
  return loading === undefined ? { value: decodeValue(wire, 'code') } : { wire, loading };
}

/** Loads the classes that an item needs. @throws SerializationError when that fails */
export async function loadItem(decoded: Decoded): Promise<unknown> {
  let value: unknown;
  if ('value' in decoded) {
    ({ value } = decoded);
  } else {
    await decoded.loading;
    value = decodeValue(decoded.wire, 'code');
  }
  await takePendingLoads();
  return value;
}
