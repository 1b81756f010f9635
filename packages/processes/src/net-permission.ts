import { explainDenied } from '@heddle/engine';

/**
 * Refuses to start a worker that could not open its pipes: newer versions of Node count them as network under the permission model. Node
 * hands the permissions of this process on to its workers, and `execArgv` may add to them.
 *
 * @throws an error that names the flag
 */
export function checkNetPermission(execArgv: readonly string[]): void {
  const { permission } = process as { readonly permission?: { has(scope: string): boolean } };
  if (permission === undefined || !process.allowedNodeEnvironmentFlags.has('--allow-net')) return;
  if (permission.has('net') || execArgv.includes('--allow-net')) return;
  throw explainDenied(Object.assign(new Error('a worker may not open its pipes'), { code: 'ERR_ACCESS_DENIED', permission: 'Net' }));
}
