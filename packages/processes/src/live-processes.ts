/**
 * Makes sure that no child process outlives this one. This process can't do so at its end, and a worker in an endless loop doesn't notice
 * that its caller is gone. So a small shell, one for all workers, waits for the end of its input, which comes however this process ends. A
 * moment later it kills the processes that are left, with all that they have started.
 *
 *   this process ──"+PID" / "-PID"──▶ sh ──(end of input, a moment)──▶ kill -9 each group that is left
 */
import type { ChildProcess } from 'node:child_process';
import { descendants } from './process-tree.js';
import { spawn } from './spawn.js';

/** Reads lines, keeps the set of pids, and kills those that are left at the end of its input. */
const script = `
all=' '
while read -r line; do
  case "$line" in
    +*) all="$all\${line#+} " ;;
    -*) pid="\${line#-}"; case "$all" in *" $pid "*) all="\${all%% $pid *} \${all#* $pid }" ;; esac ;;
  esac
done
case "$all" in *[0-9]*) sleep 0.3 ;; esac
for pid in $all; do kill -9 "-$pid" 2>/dev/null; done
exit 0
`;

/** A pause, in case each new warden ends at once, whatever the reason. */
const restartMs = 100;

const live = new Set<number>();
let warden: ChildProcess | undefined;

/** Adds a process, the leader of a group of its own, that has to end with this one. */
export function guard(pid: number): void {
  if (live.size === 0) process.on('exit', killUnwatched);
  live.add(pid);
  if (process.platform === 'win32') return; // There the system ends children with their parent.
  if (warden !== undefined) tell(`+${String(pid)}`);
  else replaceWarden();
}

/** Removes a process that has ended. */
export function unguard(pid: number): void {
  if (!live.delete(pid)) return;
  tell(`-${String(pid)}`);
  if (live.size > 0) return;
  process.off('exit', killUnwatched);
  warden?.stdin?.end();
  warden = undefined;
}

/** Kills a process with all processes that it has started, in whatever group or session they are. */
export function killTree(pid: number): void {
  const below = descendants(pid);
  signalGroup(pid, 'SIGKILL');
  for (const each of below) {
    try {
      process.kill(each, 'SIGKILL');
    } catch {
      // It ended with the group.
    }
  }
}

/** Signals a process and all of its group. @returns false when no such process is left */
export function signalGroup(pid: number, signal: NodeJS.Signals): boolean {
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, signal);
    return true;
  } catch {
    return false;
  }
}

function tell(line: string): void {
  warden?.stdin?.write(`${line}\n`);
}

function replaceWarden(): void {
  if (warden !== undefined || live.size === 0) return;
  warden = startWarden();
  for (const each of live) tell(`+${String(each)}`);
}

function startWarden(): ChildProcess | undefined {
  const child = spawn('/bin/sh', ['-c', script], { stdio: ['pipe', 'ignore', 'ignore'], detached: true, cwd: '/' });
  const gone = (): void => {
    if (warden === child) warden = undefined;
  };
  child.on('error', gone); // There is no shell: only the exit hook is left.
  child.on('exit', () => {
    gone();
    if (warden === undefined && live.size > 0) setTimeout(replaceWarden, restartMs).unref(); // The warden was killed.
  });
  if (child.pid === undefined) return undefined; // No descriptor was left for its pipe.
  child.stdin.on('error', gone);
  child.unref();
  (child.stdin as unknown as { unref(): void }).unref();
  return child;
}

/** Kills the processes that are left when this process exits in order and there is no warden. */
function killUnwatched(): void {
  if (warden === undefined) for (const pid of live) signalGroup(pid, 'SIGKILL');
}
