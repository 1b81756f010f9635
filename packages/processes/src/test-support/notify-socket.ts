import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DgramSocket } from 'node-unix-socket';
import { until } from '@heddle/testkit/support';

/** A service manager's end of NOTIFY_SOCKET. */
export class NotifySocket {
  readonly #folder = mkdtempSync(join(tmpdir(), 'heddle-notify-'));
  readonly #socket = new DgramSocket();
  readonly path: string = join(this.#folder, 'notify');
  /** What was received, in order. */
  readonly messages: string[] = [];

  constructor() {
    this.#socket.bind(this.path);
    this.#socket.on('data', (data: Buffer) => {
      this.messages.push(data.toString());
    });
  }

  /** Resolves when a message has been received so often; with `from`, not counting those before it. */
  async received(message: string, times = 1, from = 0): Promise<void> {
    await until(`${String(times)} times ${message}`, () => this.messages.slice(from).filter((each) => each === message).length >= times);
  }

  close(): void {
    this.#socket.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
