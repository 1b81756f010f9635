const codes = new Set(['EMFILE', 'ENFILE', 'EAGAIN', 'ENOMEM', 'ENOSPC']);

/** When Node refuses to start a thread, this is the error's code; the system's code is in the message. */
const threadRefused = 'ERR_WORKER_INIT_FAILED';

/**
 * Returns whether a start failed only because the system is short of files, memory or processes, which it may have
 * again later.
 */
export function isShortage(error: unknown): boolean {
  const { code, message } = (error ?? {}) as { readonly code?: unknown; readonly message?: unknown };
  if (code !== threadRefused) return codes.has(String(code));
  return String(message)
    .split(/\W+/)
    .some((word) => codes.has(word));
}
