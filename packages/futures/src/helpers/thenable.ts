/** Tells whether `await` would wait for a value. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  const type = typeof value;
  return (type === 'object' || type === 'function') && value !== null && typeof (value as { then?: unknown }).then === 'function';
}
