const codes = new Set(['EMFILE', 'ENFILE', 'EAGAIN', 'ENOMEM', 'ENOSPC']);

/** Whether the system was only short of something that it may have again: files, memory, processes. */
export function isShortage(error: unknown): boolean {
  return codes.has(String((error as { code?: unknown } | null | undefined)?.code));
}
