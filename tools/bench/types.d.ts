/** What the files of the benchmark hand to each other. Durations are milliseconds and end in `Ms`. */

export type Kind = 'ours' | 'limit' | 'peer' | 'python';

/** Names of the functions in contestants/functions.mjs: every contestant runs the same ones. */
export type TaskName = keyof typeof import('./contestants/functions.mjs');

/** A pool, opened for one function. A contestant that can't do something leaves it out. */
export interface OpenPool {
  submit(argument: unknown, transfer?: readonly ArrayBuffer[]): PromiseLike<any>;
  /** Blocks until the result is there. */
  submitSync?(argument: unknown): any;
  /** `count` tasks of `addOne` without a promise for each; resolves to the sum of the results. */
  burst?(count: number): Promise<number>;
  /** `addOne` over all items, in order. */
  map?(items: readonly number[]): Promise<readonly number[]>;
  /** One submit a worker, for a caller that routes by hand. */
  lanes?: ReadonlyArray<OpenPool['submit']>;
  close(): Promise<unknown>;
}

export interface OpenOptions {
  task: TaskName;
  workers: number;
  /** Arguments are more than JSON can say: whoever has the choice takes an encoding that carries them. */
  structured?: boolean;
}

export type Open = (options: OpenOptions) => OpenPool | Promise<OpenPool>;

/** A way to make something of a value that can travel, and the value again. A contestant that can't do something leaves it out. */
export interface Codec {
  encode(value: unknown): unknown;
  decode(encoded: any): unknown;
  /** The size of what `encode` returned, in bytes. */
  bytes(encoded: any): number;
  /** To the other side and there, without a copy of its memory. */
  move?(array: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer>;
  /** Whether arguments need no encoding. */
  travelAsTheyAre?(args: readonly unknown[]): boolean;
  /** A function, with what it captures. */
  capture?(fn: (...args: never[]) => unknown): any;
  /** A function whose captures are named by hand. */
  named?<F>(fn: F, captures: Record<string, unknown>): F;
}

/** A way to run async functions together. A contestant that can't do something leaves it out. */
export interface Together {
  /** Begins `count` calls of `fn`, with 0, 1, 2, ..., waits for all, and gives the sum of their results. */
  all(count: number, fn: (n: number) => Promise<number>): Promise<number>;
  /** The results of `fn` over items, as they are read. */
  stream?(items: AsyncIterable<number>, fn: (n: number) => Promise<number>): AsyncIterable<number>;
}

/** @param options.classes instances of these are to arrive as such, by their fields */
export type OpenCodec = (options?: { classes?: ReadonlyArray<new (...args: never[]) => object> }) => Codec;

/** Something that one at a time can have. */
export interface Mutex {
  acquire(): void;
  release(): void;
}

/** A queue that blocks. */
export interface BlockingQueue {
  put(item: unknown): void;
  get(): unknown;
}

/** Locks and queues of two threads. `make` gives what can be posted to a thread, `use` what stands on it there. */
export interface SyncKit {
  makeLock(): unknown;
  useLock(made: any): Promise<Mutex>;
  /** Other things that can be acquired, for a row's extras. */
  others?: Readonly<Record<string, Mutex & { acquireAwaiting?(): Promise<unknown> }>>;
  makeQueue?(): unknown;
  useQueue?(made: any): Promise<BlockingQueue>;
}

export interface Contestant {
  /** As used on the command line, in rows and in figures. */
  name: string;
  kind: Kind;
  /** One line for the reader of the tables. */
  about: string;
  /** npm package whose version is shown. */
  package?: string;
  /** False for what has one worker and no queue; such a one is no "best pool". */
  pool?: boolean;
  /** Imports the library, outside of every measurement. Throws `Absent` when it is not there. */
  load?(): Promise<Open>;
  /** The same for what encodes values and runs nothing. */
  loadCodec?(): Promise<OpenCodec>;
  /** The same for what threads share. */
  loadSync?(): Promise<SyncKit>;
  /** The same for what runs async functions on its own event loop. */
  loadTogether?(): Promise<Together>;
  /** For contestants that are no JavaScript: the program that prints the result as JSON. */
  command?(row: Row, scale: Scale): { file: string; args: string[] };
}

/** How much to do: a quick run does less of the same. */
export interface Scale {
  quick: boolean;
  /** Samples are taken until this is spent (at least one, and never more than `maxSamples`). */
  budgetMs: number;
  maxSamples: number;
}

export interface Bench {
  open: Open;
  /** In rows of contestants that encode values. */
  openCodec: OpenCodec;
  /** In rows about what threads share; `open` is there in all others. */
  sync: SyncKit;
  /** In rows of contestants that run async functions. */
  together: Together;
  contestant: Contestant;
  scale: Scale;
}

/** What one child process reports: the value is in the row's unit. */
export interface Measurement {
  value: number;
  /** Further figures, by the names in the row's `extras`. */
  extras?: Record<string, number>;
  samples?: number[];
  /** A remark, for the column of the row's `notes`. */
  note?: string;
}

export type Status = 'ok' | 'absent' | 'hung' | 'failed' | 'wrong';

/** How one (row, contestant, round) ended. */
export type Outcome = ({ status: 'ok' } & Measurement) | { status: 'absent' | 'hung' | 'failed' | 'wrong'; reason: string };

/** A promise about our figure: absolute, or as a ratio to (or a distance from) another one of the same run. */
export interface Target {
  text: string;
  /** A contestant, or one of the bests; without it the figure itself is judged. */
  against?: string | 'best peer' | 'best pool' | 'best python';
  /** `distance`: ours minus theirs is judged instead of ours divided by theirs. */
  by?: 'ratio' | 'distance';
  /** One of the row's `extras` instead of its value. */
  figure?: string;
  /** Taken off our figure before it is judged, in the row's unit. */
  allowance?: number;
  atLeast?: number;
  atMost?: number;
}

export interface Row {
  name: string;
  /** What python.py calls it, where that isn't its name. */
  work?: string;
  /** Rows of one suite share a page, a plot and a file of raw figures. */
  suite: string;
  title: string;
  /** What was done, in a sentence, for the page. */
  about: string;
  unit: Unit;
  better: 'higher' | 'lower';
  /** The contestants, in the order of the table. `ours` is the one that targets speak of. */
  contestants: readonly string[];
  ours: string;
  limit?: string;
  targets: readonly Target[];
  extras?: Readonly<Record<string, { title: string; unit: Unit }>>;
  /** The title of a column of remarks. */
  notes?: string;
  nodeArgs?: readonly string[];
  env?: Readonly<Record<string, string>>;
  /** Rows that hardly vary or take long run in fewer rounds. */
  maxRounds?: number;
  limitMs?: number;
  measure(bench: Bench): Promise<Measurement>;
}

export type Unit = 'tasks/s' | 'a second' | 'tasks' | 'ns' | 'us' | 'ms' | 'bytes' | 'KiB' | 'MiB' | 'x' | '%';

export interface Summary {
  contestant: string;
  status: Status;
  /** Why there is no figure, or what happened in some of the rounds. */
  reason?: string;
  median?: number;
  min?: number;
  max?: number;
  extras?: Record<string, number>;
  /** Of the last round. */
  note?: string;
  rounds: number[];
}

export interface Verdict {
  text: string;
  got: number | undefined;
  met: boolean | undefined;
  /** Reads as "met: 12.1" or "missed: 6.2, 62 % of the target". */
  says: string;
}

export interface RowResult {
  row: Row;
  summaries: Summary[];
  verdicts: Verdict[];
}

export interface Machine {
  cores: number;
  architecture: string;
  memoryGiB: number;
  node: string;
  os: string;
  /** One-minute load average before the run: more than a few tenths means that others worked here. */
  loadBefore: number;
}
