import { reportError } from '@heddle/futures/authors';
import { datagramSender, type DatagramSender } from './datagram-senders.js';

/** Sends messages to the service manager, if there is one, by the protocol of sd_notify(3): datagrams with `NAME=value` on each line. */
export class Notifier {
  readonly #path: string | undefined;
  readonly #choose: (path: string) => Promise<DatagramSender>;
  #sender: Promise<DatagramSender> | undefined;
  /** The last message, so that messages arrive in the order in which they were given. */
  #last: Promise<void> = Promise.resolve();
  #hasWarned = false;

  /** @param path - the value of NOTIFY_SOCKET */
  constructor(path: string | undefined, choose: (path: string) => Promise<DatagramSender> = (to) => datagramSender(to)) {
    this.#path = path === '' ? undefined : path;
    this.#choose = choose;
  }

  /** True when there is a service manager that wants messages. */
  get hasManager(): boolean {
    return this.#path !== undefined;
  }

  /** Resolves when every message was sent, or could not be sent. */
  get told(): Promise<void> {
    return this.#last;
  }

  /** @returns resolves when the message was sent, or could not be sent; a warning reports the first failure */
  tell(...lines: readonly string[]): Promise<void> {
    const path = this.#path;
    if (path === undefined) return Promise.resolve();
    this.#last = this.#last.then(() => this.#send(path, lines.join('\n')));
    return this.#last;
  }

  async #send(path: string, text: string): Promise<void> {
    try {
      const send = await (this.#sender ??= this.#choose(path));
      await send(path, text);
    } catch (error) {
      if (this.#hasWarned) return;
      this.#hasWarned = true;
      reportError(`the service manager could not be told at ${path} (NOTIFY_SOCKET); the service goes on`, 'HEDDLE_NOTIFY_FAILED', error);
    }
  }
}

/** @returns `STATUS=` and a text, on one line: after a line break the rest would count as another message */
export function statusLine(text: string): string {
  return `STATUS=${text.replace(/\s*[\r\n]\s*/g, ' ')}`;
}
