import { spawn } from 'node:child_process';

/**
 * Ends the program now. `process.exit()` waits for the threads to end, and one that is in a call of native code (a read that
 * nobody answers, a long query) doesn't: so somebody else sends SIGKILL a second later, if the program is still there.
 */
export function exitByForce(exitCode: number): never {
  try {
    const killer = spawn('/bin/sh', ['-c', `sleep 1; kill -9 ${String(process.pid)}`], { stdio: 'ignore', detached: true });
    killer.on('error', () => undefined).unref();
  } catch {
    // no process can be started: it goes without
  }
  process.exit(exitCode);
}
