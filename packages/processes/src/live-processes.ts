/**
 * The processes that must not outlive this one, and who sees to it: a process that ends sees to nothing, and a worker in
 * an endless loop doesn't notice that its caller is gone. So a small shell, one for all workers, waits for the end of its
 * input, which comes with our end however we end; what is then left after a moment is killed, with all it started.
 *
 *   this process ──"+PID" / "-PID"──▶ sh ──(end of input, a moment)──▶ kill -9 each group that is left
 */
import type { ChildProcess } from 'node:child_process';
import { descendants } from './process-tree.js';
import { spawn } from './spawn.js';

/** Reads lines, keeps the set, and kills what is in it when they end. */
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

/** A warden that ends at once, whatever ends it, is not to be started without a pause. */
const restartMs = 100;

const live = new Set<number>();
let warden: ChildProcess | undefined;

/** A process, the leader of a group of its own, that is to end with this one. */
export function guard(pid: number): void {
  if (live.size === 0) process.on('exit', killUnwatched);
  live.add(pid);
  if (process.platform === 'win32') return; // there the system ends children with their parent
  if (warden !== undefined) tell(`+${String(pid)}`);
  else replaceWarden();
}

/** It has ended. */
export function unguard(pid: number): void {
  if (!live.delete(pid)) return;
  tell(`-${String(pid)}`);
  if (live.size > 0) return;
  process.off('exit', killUnwatched);
  warden?.stdin?.end();
  warden = undefined;
}

/** Kills a process with all that it started, wherever that has put itself. */
export function killTree(pid: number): void {
  const below = descendants(pid);
  signalGroup(pid, 'SIGKILL');
  for (const each of below) {
    try {
      process.kill(each, 'SIGKILL');
    } catch {
      // it went with the group
    }
  }
}

/** Signals a process and all of its group. @returns false when there is nobody any more */
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
  child.on('error', gone); // no shell here: then the exit hook has to do
  child.on('exit', () => {
    gone();
    if (warden === undefined && live.size > 0) setTimeout(replaceWarden, restartMs).unref(); // somebody has killed it
  });
  if (child.pid === undefined) return undefined; // no file left for its pipe
  child.stdin.on('error', gone);
  child.unref();
  (child.stdin as unknown as { unref(): void }).unref();
  return child;
}

/** Without a warden, what runs at our own orderly end is stopped here. */
function killUnwatched(): void {
  if (warden === undefined) for (const pid of live) signalGroup(pid, 'SIGKILL');
}
