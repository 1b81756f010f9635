/**
 * The race for a task, with a real second process on the same file: it is claimed or withdrawn, never both, never neither.
 *
 * @workers
 */
import { spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { FileCallerLedger } from './caller-ledger.js';
import { createControlFile } from './control-file.js';
import { FileWorkerLedger } from './worker-ledger.js';

function pair(): { caller: FileCallerLedger; worker: FileWorkerLedger } {
  const fd = createControlFile();
  return { caller: new FileCallerLedger(fd, { busyWorkers: 0, cores: 2 }), worker: new FileWorkerLedger(fd) };
}

test('claim first: it can not be withdrawn; withdrawn first: it can not be claimed; for more turns than there are numbers', () => {
  const { caller, worker } = pair();
  for (let turn = 0; turn < 300; turn++) {
    caller.place(5);
    expect(caller.hasClaimed(5)).toBe(false);
    if (turn % 3 === 0) {
      expect(caller.withdraw(5)).toBe(true);
      expect(worker.claim(5)).toBe(false);
      expect(caller.hasClaimed(5)).toBe(false);
    } else {
      expect(worker.claim(5)).toBe(true);
      expect(caller.isWatching(5)).toBe(false);
      worker.watch(5);
      expect(caller.hasClaimed(5)).toBe(true);
      expect(caller.isWatching(5)).toBe(true);
      expect(caller.withdraw(5)).toBe(false);
    }
    caller.free();
  }
  caller.close();
});

test('a task that was placed and did not leave has no turn', () => {
  const { caller, worker } = pair();
  caller.place(0);
  caller.unplace(0);
  caller.place(0);
  expect(worker.claim(0)).toBe(true);
  expect(caller.hasClaimed(0)).toBe(true);
  caller.close();
});

test('counts and run times are seen by the caller, and outlive the worker', () => {
  const { caller, worker } = pair();
  caller.place(1);
  worker.claim(1);
  worker.hold(true);
  expect(caller.running).toBe(1);
  worker.suspend(1);
  expect([caller.running, caller.suspended]).toEqual([0, 1]);
  worker.suspend(-1);
  worker.hold(true);
  worker.runTimes.record(3);
  worker.publish();
  worker.setBusy(false);
  expect([caller.running, caller.suspended]).toEqual([0, 0]);
  expect(caller.runTimes.snapshot().count).toBe(1);
  worker.posted();
  expect(caller.posted).toBe(1);
  expect(worker.isRoomAsked()).toBe(false);
  caller.askForRoom();
  expect([worker.isRoomAsked(), worker.isRoomAsked()]).toEqual([true, false]);
  expect(caller.exitCode).toBeUndefined();
  worker.ends(3);
  expect(caller.exitCode).toBe(3);
  caller.ring();
  expect(worker.bell()).toBe(1);
  caller.workerGone();
  expect(caller.hasClaimed(1)).toBe(true);
  caller.close();
});

/** Runs a program where /dev/shm and the folder for temporary files have so many bytes, in a namespace of its own. */
function withRoom(sharedBytes: number, temporaryBytes: number, source: string): SpawnSyncReturns<string> {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-room-'));
  try {
    const mount = `mount -t tmpfs -o size=${String(sharedBytes)} tmpfs /dev/shm && mount -t tmpfs -o size=${String(temporaryBytes)} tmpfs "$TMPDIR" && exec "$0" --input-type=module -e "$1"`;
    const user = process.getuid?.() === 0 ? [] : ['--map-root-user'];
    return spawnSync('unshare', [...user, '--mount', 'sh', '-c', mount, process.execPath, source], {
      encoding: 'utf8',
      timeout: 20_000,
      env: { ...process.env, TMPDIR: folder },
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const program = `
  import { ProcessPoolExecutor } from ${JSON.stringify(import.meta.resolve('@heddle/processes'))};
  const pool = new ProcessPoolExecutor({ maxWorkers: 3, startTimeoutMs: 5000 });
  const outcomes = await Promise.allSettled([1, 2, 3, 4].map((n) => pool.submit((x) => x * 2, n)));
  console.log(outcomes.map(({ value, reason }) => value ?? reason.message + ' ' + reason.cause?.code).join('|'));
  await pool.shutdown();
`;

test('a full /dev/shm: the folder for temporary files is taken', () => {
  const { stdout, stderr } = withRoom(4096, 2 ** 20, program);
  expect({ stdout, stderr }).toEqual({ stdout: '2|4|6|8\n', stderr: '' });
});

test('no room anywhere: the pool breaks and says what is short, and nobody blames the task', () => {
  const { stdout } = withRoom(4096, 4096, program);
  expect(stdout).toMatch(/^task "anonymous \(\S+:\d+\)" can't be run: .*/);
  expect(stdout).toMatch(
    /a worker needs a file of 8192 bytes, and none can be made \(\/dev\/shm: ENOSPC: no space left on device.*make room there/,
  );
});
