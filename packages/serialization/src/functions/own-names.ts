/**
 * The names of Heddle's functions and classes, since no other function has to be searched for. A test compares them with the API reports.
 */
export const OWN_NAMES: ReadonlySet<string> = new Set(
  `
  AbandonedLockError AbortError AsyncResult Barrier BoundedSemaphore BrokenBarrierError BrokenExecutor BrokenProcessPool
  BrokenThreadPool CallerObjects CancelledError Condition Connection CoroutineExecutor DeadlockError ExceptionGroup
  Executor ExecutorPool Future FutureController HeddleError Hold InlineExecutor InvalidStateError LifoQueue Lock
  NestingLimitError Pipe Pool PriorityQueue Process ProcessPoolExecutor ProcessQueue Queue QueueFullError RLock Runner
  Semaphore SerializationError SharedQueue ShutdownError SimpleQueue Task TaskGroup TaskNotFoundError Thread ThreadPool
  ThreadPoolExecutor Timeout TimeoutError Timer WorkerDiedError activeChildren activeCount allowModule any asCompleted
  background bindCaptures callback checkCancelled closure createBackground createTask currentExecutor currentProcess
  currentSignal currentTask currentThread decodeValue describeFunction describeToEncode detached encodeValue enumerate
  every excepthook explainRefusal fallback gather getReusableExecutor hedged inThisRealm isHeddleError isRegistered limited
  loadClasses loadFunction local mainThread memoized perWorker pushOf race retry retrying run runCoroutineThreadsafe runInExecutor
  runService serializable setExcepthook shield sleep takePendingLoads task tasksOf timed timeout timeoutAt toThread traced
  transfer travelsAsIs wait waitFor wrapFuture
  `
    .trim()
    .split(/\s+/),
);
