/**
 * Items that can't be bytes (shared memory, locks, keys): each thread that has the queue is sent them beside it, and keeps them
 * until somebody gets the item.
 *
 *   who puts ──post──▶ all    before the item is in the queue, so who gets it has been sent it
 *   who gets ──taken─▶ all
 *   who came later and lacks one ──wanted──▶ all, who has it ──post──▶ all
 *
 * A thread that is given the queue is given what is pending along with it; only what was posted on the way is wanted.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { BroadcastChannel, receiveMessageOnPort } from 'node:worker_threads';
import { SerializationError } from '@heddle/futures/errors';
import type { Post } from './item.js';

type Message = { readonly number: number } & (
  { readonly is: 'post'; readonly post: Post } | { readonly is: 'taken' } | { readonly is: 'wanted' }
);

/** Those who have it may be busy for a while. */
const longestMs = 10_000;
const pauseMs = 2;

const never = new Int32Array(new SharedArrayBuffer(4));
const collected = new FinalizationRegistry<BroadcastChannel>((channel) => {
  channel.close();
});

export class Posts {
  readonly #kept: Map<number, Post>;
  #channel: BroadcastChannel | undefined;

  /** @param pending - what came with the queue */
  constructor(pending: Iterable<readonly [number, Post]> = []) {
    this.#kept = new Map(pending);
  }

  get pending(): readonly (readonly [number, Post])[] {
    this.serve();
    return [...this.#kept];
  }

  /** The queue is shared by now. @param name - the same in all threads, and in none for another queue */
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

  /** It is not in the queue, after all. */
  drop(number: number): void {
    this.#kept.delete(number);
    this.#send({ is: 'taken', number });
  }

  /** @throws (as a rejection) SerializationError when nobody has it any more */
  async take(number: number): Promise<Post> {
    const endMs = performance.now() + longestMs;
    for (let post = this.#find(number); ; post = this.#find(number)) {
      if (post !== undefined) return post;
      if (performance.now() > endMs) throw lost();
      this.#send({ is: 'wanted', number });
      await delay(pauseMs);
    }
  }

  /** As `take`, and blocks. */
  takeSync(number: number): Post {
    const endMs = performance.now() + longestMs;
    for (let post = this.#find(number); ; post = this.#find(number)) {
      if (post !== undefined) return post;
      if (performance.now() > endMs) throw lost();
      this.#send({ is: 'wanted', number });
      Atomics.wait(never, 0, 0, pauseMs);
    }
  }

  /** Takes in what has been sent: for a thread that blocks. */
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
