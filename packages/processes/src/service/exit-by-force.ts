import { spawn } from '../spawn.js';

/**
 * Ends the program now. `process.exit()` waits for the threads to end, and one that is in a call of native code (a read that
 * nobody answers, a long query) doesn't: so a small shell kills the program if it is still there a second later. The end of
 * the shell's input, which comes with the end of the program, calls that off.
 */
export function exitByForce(exitCode: number): never {
  try {
    const script = `(sleep 1; kill -9 ${String(process.pid)}) & read -r _; kill $!`;
    spawn('/bin/sh', ['-c', script], { stdio: ['pipe', 'ignore', 'ignore'], detached: true })
      .on('error', () => undefined)
      .unref();
  } catch {
    // no process can be started: it goes without
  }
  process.exit(exitCode);
}
