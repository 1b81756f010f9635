import { TestThread } from './test-thread.js';

/** Gives a test some threads, and ends them afterwards. */
export async function withThreads(
  count: number,
  body: (...threads: [TestThread, TestThread, TestThread, TestThread]) => Promise<void>,
): Promise<void> {
  const threads = Array.from({ length: count }, () => new TestThread());
  try {
    await body(...(threads as [TestThread, TestThread, TestThread, TestThread]));
  } finally {
    await Promise.all(threads.map((thread) => thread.terminate()));
  }
}
