/** What the files of the fault campaign hand to each other. Durations are milliseconds and end in `Ms`. */

export type ExecutorKind = 'threads' | 'processes';

export type TaskKind =
  // these give a value
  | 'add'
  | 'addBySource'
  | 'work'
  | 'sleep'
  | 'take'
  | 'make'
  | 'move'
  | 'nest'
  // these fail by themselves, and end no worker
  | 'throw'
  | 'throwOdd'
  | 'unsendable'
  | 'refused'
  | 'disconnect'
  // these end their worker
  | 'exit'
  | 'uncaught'
  | 'hoard'
  | 'crash'
  | 'closeChannel'
  | 'corrupt'
  // these don't end before somebody ends them
  | 'loop'
  | 'wait'
  | 'yield';

export interface PlannedTask {
  /** Its place among the marks of what ran; the tasks it submits itself have the ones that follow. */
  readonly id: number;
  readonly kind: TaskKind;
  /** How long it takes, how large it is, how many tasks it submits: what its kind asks for. */
  readonly size: number;
  readonly timeoutMs?: number;
  readonly priority?: number;
  /** Its signal aborts so long after its submit. */
  readonly signalMs?: number;
  /** The caller calls `abort()` so long after its submit. */
  readonly abortMs?: number;
  readonly graceMs?: number;
  /** The caller calls `cancel()` so long after its submit; 0: in the same tick. */
  readonly cancelMs?: number;
}

/** One call of `map`; its items have the ids that follow the first. */
export interface PlannedMap {
  readonly firstId: number;
  readonly count: number;
  readonly chunkSize?: number;
  readonly bufferSize?: number;
  /** Items are given by a generator rather than an array. */
  readonly lazy: boolean;
  readonly ordered: boolean;
  /** The loop is left after so many results. */
  readonly leaveAfter?: number;
}

export type Step =
  | { readonly do: 'submit'; readonly tasks: readonly PlannedTask[] }
  | { readonly do: 'map'; readonly map: PlannedMap }
  | { readonly do: 'resize'; readonly maxWorkers: number }
  | { readonly do: 'pause'; readonly ms: number }
  /** Until half of what is open is done, or the time is over. */
  | { readonly do: 'catchUp'; readonly ms: number }
  /** The caller computes and doesn't read: its channels fill up. */
  | { readonly do: 'block'; readonly ms: number };

/** What happens to a worker from outside. */
export interface Attack {
  readonly atMs: number;
  readonly signal: 'SIGKILL' | 'SIGTERM' | 'SIGSEGV' | 'SIGSTOP' | 'warden';
  /** Which of the workers there are then, as a fraction of their number. */
  readonly which: number;
  /** A stopped process goes on after so long. */
  readonly forMs?: number;
}

export type Ending =
  'shutdown' | 'shutdownNoWait' | 'shutdownCancel' | 'shutdownTwice' | 'dispose' | 'drop' | 'terminateWorkers' | 'killWorkers';

export interface Plan {
  readonly executor: ExecutorKind;
  readonly seed: string;
  readonly mood: string;
  readonly options: Readonly<Record<string, unknown>>;
  /** Node options of processes, limits of threads: so that running out of memory takes little time. */
  readonly isTight: boolean;
  /** The initializer throws at the so-manieth start of a worker; 0: never. */
  readonly initializerFailsAt: number;
  readonly steps: readonly Step[];
  readonly attacks: readonly Attack[];
  readonly ending: Ending;
  /** The ending comes so long after the last step, whatever is still open; undefined: when all is done. */
  readonly endsAfterMs: number | undefined;
  /** Ids that are in use: 0 to `ids - 1`. */
  readonly ids: number;
}

/** How a future ended, as far as the verdict asks. */
export interface Outcome {
  /** `refused`: `submit` itself threw. */
  readonly how: 'value' | 'error' | 'refused';
  /** Of a value: whether it is the right one. */
  readonly isRight?: boolean;
  readonly code?: string | undefined;
  readonly text?: string;
}

export interface TaskRecord {
  readonly task: PlannedTask;
  /** undefined: it is still open. */
  outcome: Outcome | undefined;
  /** How often its done callbacks were called, and its promise answered. */
  callbacks: number;
  answers: number;
  /** What `cancel()` said. */
  cancelled: boolean | undefined;
  /** What `abort()` said. */
  aborted: boolean | undefined;
}

export interface MapRecord {
  readonly map: PlannedMap;
  outcome: Outcome | undefined;
  /** Results that were read. */
  read: number;
  /** The first result that was wrong. */
  wrong: string | undefined;
}

/** What was seen of one campaign. */
export interface Observed {
  readonly tasks: readonly TaskRecord[];
  readonly maps: readonly MapRecord[];
  /** How often each id ran. */
  readonly runs: Readonly<ArrayLike<number>>;
  /** Workers that were hit from outside. */
  readonly hits: number;
  /** Waits that did not end, handles that were left, warnings, uncaught errors. */
  readonly trouble: readonly string[];
  readonly statistics: Statistics | undefined;
}

export type Statistics = import('@heddle/futures').ExecutorStatistics;

/** What many campaigns were, for the report. */
export interface Totals {
  campaigns: number;
  tasks: number;
  nested: number;
  mapped: number;
  hits: number;
  crashes: number;
  /** Campaigns. */
  failed: number;
  /** Futures and maps that were still open at the end. */
  lost: number;
  kinds: Record<string, number>;
  outcomes: Record<string, number>;
  moods: Record<string, number>;
  endings: Record<string, number>;
}
