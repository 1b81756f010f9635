/**
 * The items that can't be bytes (shared memory, locks, keys). Each thread that has the queue is sent them by a BroadcastChannel, and keeps
 * them until a thread gets the item.
 *
 *   the putter ──post──▶ all    before the item is in the queue, so the getter has been sent it
 *   the getter ──taken─▶ all
 *   a thread that came later and lacks one ──wanted──▶ all; one that has it ──post──▶ all
 *
 * A thread that receives the queue receives the pending posts with it. It has to ask only for those that were posted on the way.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { BroadcastChannel, receiveMessageOnPort } from 'node:worker_threads';
import { SerializationError } from '@heddle/futures/errors';
import type { Post } from './item.js';

type Message = { readonly number: number } & (
  { readonly is: 'post'; readonly post: Post } | { readonly is: 'taken' } | { readonly is: 'wanted' }
);

/** The threads that have the post may be busy for a while. */
const longestMs = 10_000;
const pauseMs = 2;

const never = new Int32Array(new SharedArrayBuffer(4));
const collected = new FinalizationRegistry<BroadcastChannel>((channel) => {
  channel.close();
});

export class Posts {
  readonly #kept: Map<number, Post>;
  #channel: BroadcastChannel | undefined;

  /** @param pending - the posts that came with the queue */
  constructor(pending: Iterable<readonly [number, Post]> = []) {
    this.#kept = new Map(pending);
  }

  get pending(): readonly (readonly [number, Post])[] {
    this.serve();
    return [...this.#kept];
  }

  /** Called once the queue is shared. @param name - the same in all threads, and different for each queue */
  open(name: string): void {
    if (this.#channel !== undefined) return;
    const channel = new BroadcastChannel(`heddle.queue.${name}`);
    const self = new WeakRef(this);
    channel.onmessage = ({ data }: { data: Message }) => {
      self.deref()?.receive(data);
    };
    channel.unref();
    collected.register(this, channel);
    this.#channel = channel;
  }

  put(number: number, post: Post): void {
    this.#kept.set(number, post);
    this.#send({ is: 'post', number, post });
  }

  /** Drops a post in all threads: its item was gotten, or is not in the queue after all. */
  drop(number: number): void {
    this.#kept.delete(number);
    this.#send({ is: 'taken', number });
  }

  /** @throws (as a rejection) SerializationError when no thread has the post any more */
  async take(number: number): Promise<Post> {
    const endMs = performance.now() + longestMs;
    for (let post = this.#find(number); ; post = this.#find(number)) {
      if (post !== undefined) return post;
      if (performance.now() > endMs) throw lost();
      this.#send({ is: 'wanted', number });
      await delay(pauseMs);
    }
  }

  /** Takes a post as `take` does, and blocks the thread. */
  takeSync(number: number): Post {
    const endMs = performance.now() + longestMs;
    for (let post = this.#find(number); ; post = this.#find(number)) {
      if (post !== undefined) return post;
      if (performance.now() > endMs) throw lost();
      this.#send({ is: 'wanted', number });
      Atomics.wait(never, 0, 0, pauseMs);
    }
  }

  /** Receives the messages that have come. For a thread that blocks. */
  serve(): void {
    if (this.#channel === undefined) return;
    for (let next = receiveMessageOnPort(this.#channel as never); next !== undefined; next = receiveMessageOnPort(this.#channel as never)) {
      this.receive(next.message as Message);
    }
  }

  #find(number: number): Post | undefined {
    if (!this.#kept.has(number)) this.serve();
    const post = this.#kept.get(number);
    if (post !== undefined) this.drop(number);
    return post;
  }

  receive(message: Message): void {
    const { number } = message;
    if (message.is === 'post') {
      this.#kept.set(number, message.post);
    } else if (message.is === 'taken') {
      this.#kept.delete(number);
    } else {
      const post = this.#kept.get(number);
      if (post !== undefined) this.#send({ is: 'post', number, post });
    }
  }

  #send(message: Message): void {
    this.#channel?.postMessage(message);
  }
}

function lost(): SerializationError {
  return new SerializationError(
    'an item of the queue is lost: it can not be copied into shared memory, and the thread that put it has ended',
  );
}
