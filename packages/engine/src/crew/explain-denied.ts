/** What Node's permission model calls an action, and the flag that allows it. */
const flags: Readonly<Record<string, string>> = {
  WorkerThreads: '--allow-worker',
  ChildProcess: '--allow-child-process',
  FileSystemRead: '--allow-fs-read',
  FileSystemWrite: '--allow-fs-write',
  Net: '--allow-net',
};

/**
 * Returns the error with which a start ends: when Node's permission model has refused it, one that names the flag, and the folder.
 *
 * @param error - the error of Node
 * @param folder - the folder that a file was to be made in
 */
export function explainDenied(error: unknown, folder?: string): unknown {
  const { code, permission } = (error ?? {}) as { readonly code?: unknown; readonly permission?: unknown };
  const flag = code === 'ERR_ACCESS_DENIED' ? flags[String(permission)] : undefined;
  if (flag === undefined) return error;
  const message = `Node's permission model does not allow it: start this program with ${flag}${folder === undefined ? '' : `=${folder}`}`;
  return Object.assign(new Error(message, { cause: error }), { code });
}
