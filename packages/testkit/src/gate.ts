/**
 * A gate makes the order of events between a test and its tasks certain:
 *
 *   test                          task
 *   gate.arrived(1) ◀──────────── passes its token to `block` or `hold` (tasks.ts), and waits there
 *   gate.open()     ────────────▶ continues
 *
 * The token travels to the task as an argument. It is shared memory if the executor supports that, otherwise a folder.
 */
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Two int32 in shared memory (0: open, 1: arrivals), or a folder with a file `open` and a file for each arrival. */
export type GateToken = Int32Array<SharedArrayBuffer> | string;

export interface Gate {
  readonly token: GateToken;
  /** How many tasks have come so far. */
  readonly arrivals: number;
  /** Opens the gate for all tasks, now and later. */
  open(): void;
  dispose(): void;
}

class SharedGate implements Gate {
  readonly token = new Int32Array(new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT));

  get arrivals(): number {
    return Atomics.load(this.token, 1);
  }

  open(): void {
    Atomics.store(this.token, 0, 1);
    Atomics.notify(this.token, 0);
  }

  dispose(): void {
    this.open();
  }
}

class FolderGate implements Gate {
  readonly token: string = mkdtempSync(join(tmpdir(), 'heddle-gate-'));

  get arrivals(): number {
    return readdirSync(this.token).filter((name) => name !== 'open').length;
  }

  open(): void {
    if (existsSync(this.token)) writeFileSync(join(this.token, 'open'), '');
  }

  dispose(): void {
    rmSync(this.token, { recursive: true, force: true });
  }
}

export function createGate(sharedMemory: boolean): Gate {
  return sharedMemory ? new SharedGate() : new FolderGate();
}
