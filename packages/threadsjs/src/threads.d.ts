/**
 * Declarations of threads.js 1.7, as far as an application on Node uses it. ES modules do not find its own, since the `exports` of its
 * package.json name none. A program names this file in the `include` of its tsconfig.json: see the README.
 */
declare module 'threads' {
  export interface Subscription {
    unsubscribe(): void;
  }

  export interface ObservableLike<T> {
    subscribe(next: (value: T) => void, error?: (error: unknown) => void, complete?: () => void): Subscription;
  }

  /** What a call of a worker's function gives: a promise of its result, which can be observed. */
  export interface ObservablePromise<T> extends Promise<T>, ObservableLike<T> {}

  export interface TransferDescriptor<T = unknown> {
    readonly send: T;
    readonly transferables: readonly unknown[];
  }

  type Stripped<T> = T extends TransferDescriptor<infer Sent> ? Sent : T;
  type Result<R> = R extends PromiseLike<infer T> ? Stripped<T> : R extends ObservableLike<infer T> ? Stripped<T> : Stripped<R>;
  type Sendable<A extends unknown[]> = { [I in keyof A]: A[I] | TransferDescriptor<A[I]> };
  type AnyWorkerFunction = (...args: never[]) => unknown;
  type Proxied<F> = F extends (...args: infer A) => infer R ? (...args: Sendable<A>) => ObservablePromise<Result<R>> : never;

  /** A worker that exposes one function. */
  export type FunctionThread<F extends AnyWorkerFunction = (...args: unknown[]) => unknown> = Proxied<F>;
  /** A worker that exposes an object of functions. */
  export type ModuleThread<M extends object = Record<string, (...args: unknown[]) => unknown>> = { [K in keyof M]: Proxied<M[K]> };
  export type Thread = object;

  export interface WorkerOptions {
    readonly resourceLimits?: {
      maxOldGenerationSizeMb?: number;
      maxYoungGenerationSizeMb?: number;
      codeRangeSizeMb?: number;
    };
    readonly workerData?: unknown;
  }

  export class Worker {
    /** @param path - relative to the file that calls */
    constructor(path: string, options?: WorkerOptions);
    postMessage(value: unknown, transfer?: readonly unknown[]): void;
    terminate(): Promise<number>;
  }

  export const BlobWorker: typeof Worker & { fromText(source: string, options?: WorkerOptions): Worker };

  export function spawn<Exposed extends object = Record<string, (...args: unknown[]) => unknown>>(
    worker: Worker,
    options?: { readonly timeout?: number },
  ): Promise<Exposed extends AnyWorkerFunction ? FunctionThread<Exposed> : ModuleThread<Exposed>>;

  export const Thread: {
    errors(thread: Thread): ObservableLike<Error>;
    events(thread: Thread): ObservableLike<{ readonly type: string }>;
    terminate(thread: Thread): Promise<void>;
  };

  export interface PoolOptions {
    concurrency?: number;
    maxQueuedJobs?: number;
    name?: string;
    size?: number;
  }

  export interface QueuedTask<T> extends PromiseLike<T> {
    cancel(): void;
  }

  export interface Pool<ThreadType extends Thread> {
    completed(allowResolvingImmediately?: boolean): Promise<unknown>;
    settled(allowResolvingImmediately?: boolean): Promise<Error[]>;
    events(): ObservableLike<{ readonly type: string }>;
    queue<T>(run: (thread: ThreadType) => PromiseLike<T>): QueuedTask<T>;
    terminate(force?: boolean): Promise<void>;
  }

  export function Pool<ThreadType extends Thread>(spawnWorker: () => Promise<ThreadType>, options?: number | PoolOptions): Pool<ThreadType>;

  export function Transfer<T>(payload: T, transferables?: readonly unknown[]): TransferDescriptor<T>;

  export interface Serializer {
    deserialize(message: unknown, fallback: (message: unknown) => unknown): unknown;
    serialize(input: unknown, fallback: (input: unknown) => unknown): unknown;
  }

  export function registerSerializer(serializer: Serializer): void;
}

declare module 'threads/worker' {
  import type { Serializer, TransferDescriptor } from 'threads';

  export function expose(exposed: object): void;
  export function Transfer<T>(payload: T, transferables?: readonly unknown[]): TransferDescriptor<T>;
  export function registerSerializer(serializer: Serializer): void;
}

declare module 'threads/observable' {
  import type { ObservableLike, Subscription } from 'threads';

  export interface Observer<T> {
    next(value: T): void;
    error(error: unknown): void;
    complete(): void;
  }

  export class Observable<T> implements ObservableLike<T> {
    constructor(subscriber: (observer: Observer<T>) => (() => void) | Subscription | undefined);
    subscribe(next: (value: T) => void, error?: (error: unknown) => void, complete?: () => void): Subscription;
  }

  export class Subject<T> extends Observable<T> {
    constructor();
    next(value: T): void;
    error(error: unknown): void;
    complete(): void;
  }
}
