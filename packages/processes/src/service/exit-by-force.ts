import { spawn } from '../spawn.js';

/**
 * Ends the program now. `process.exit()` waits for the threads to end. A thread in a call of native code (a read without an answer, a long
 * query) doesn't end. So a small shell kills the program if it is still there a second later. The shell gives up when its input ends, which
 * happens when the program ends.
 */
export function exitByForce(exitCode: number): never {
  try {
    const script = `(sleep 1; kill -9 ${String(process.pid)}) & read -r _; kill $!`;
    spawn('/bin/sh', ['-c', script], { stdio: ['pipe', 'ignore', 'ignore'], detached: true })
      .on('error', () => undefined)
      .unref();
  } catch {
    // No process can be started, so exit without the shell.
  }
  process.exit(exitCode);
}
