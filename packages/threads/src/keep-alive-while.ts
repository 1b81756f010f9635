/** Waits for a promise, and keeps the program alive meanwhile. */
export async function keepAliveWhile<T>(promise: Promise<T>): Promise<T> {
  const hold = setInterval(() => undefined, 2 ** 30);
  try {
    return await promise;
  } finally {
    clearInterval(hold);
  }
}
