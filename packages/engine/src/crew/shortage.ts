const codes = new Set(['EMFILE', 'ENFILE', 'EAGAIN', 'ENOMEM', 'ENOSPC']);

/** A thread that could not be started tells the system's code in its message. */
const threadRefused = 'ERR_WORKER_INIT_FAILED';

/** Whether the system was only short of something that it may have again: files, memory, processes. */
export function isShortage(error: unknown): boolean {
  const { code, message } = (error ?? {}) as { readonly code?: unknown; readonly message?: unknown };
  if (code !== threadRefused) return codes.has(String(code));
  return String(message)
    .split(/\W+/)
    .some((word) => codes.has(word));
}
