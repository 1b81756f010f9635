/**
 * Sends datagrams to a service manager's socket in the file system, which Node itself can't do. There are two ways:
 *
 *   node-unix-socket   an npm package, used if it is installed: sends from this very process
 *   systemd-notify     systemd's own program, started once a message: systemd sees another process send, and wants NotifyAccess=all
 */
import { startTimer } from '@heddle/futures/authors';
import { spawn } from '../spawn.js';

/** Sends a text to a socket; rejects when it does not get there. */
export type DatagramSender = (path: string, text: string) => Promise<void>;

/** The part of node-unix-socket that is used. */
interface UnixSockets {
  readonly DgramSocket: new () => {
    sendTo(data: Buffer, offset: number, length: number, path: string, done: (error?: Error) => void): void;
    on(event: 'error', listener: (error: Error) => void): unknown;
    close(): void;
  };
}

/** Put together here, so that bundlers do not look for a package that few install: it holds a file of machine code. */
const unixSockets = ['node', 'unix', 'socket'].join('-');

/** How long a message may take, in milliseconds. */
const limitMs = 5000;

/**
 * Chooses the best available way to send to a socket.
 *
 * @param path - the value of NOTIFY_SOCKET: a file, or `@name` in Linux's abstract namespace
 * @param load - imports node-unix-socket
 */
export async function datagramSender(
  path: string,
  load: () => Promise<UnixSockets> = () => import(unixSockets) as Promise<UnixSockets>,
): Promise<DatagramSender> {
  // node-unix-socket pads abstract names with zeros, which makes them other names.
  if (!path.startsWith('/')) return runSystemdNotify;
  try {
    return sendFromHere(await load());
  } catch {
    return runSystemdNotify; // It is not installed, or not available for this platform.
  }
}

/** Uses one socket for each message, since an open socket keeps the program alive. */
function sendFromHere({ DgramSocket }: UnixSockets): DatagramSender {
  return async (path, text) => {
    const data = Buffer.from(text);
    const socket = new DgramSocket();
    let stopTimer = (): void => undefined;
    try {
      await new Promise<void>((resolve, reject) => {
        stopTimer = startTimer(limitMs, () => {
          reject(new Error(`${path} has taken no message for ${String(limitMs)} ms`));
        });
        socket.on('error', reject);
        socket.sendTo(data, 0, data.length, path, (error) => {
          if (error === undefined) resolve();
          else reject(error);
        });
      });
    } finally {
      stopTimer();
      socket.close();
    }
  };
}

const runSystemdNotify: DatagramSender = (path, text) =>
  new Promise<void>((resolve, reject) => {
    const child = spawn('systemd-notify', text.split('\n'), {
      env: { ...process.env, NOTIFY_SOCKET: path },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    // Not spawn's `timeout`, whose timer goes on when there is no such program.
    const stopTimer = startTimer(limitMs, () => {
      child.kill('SIGKILL');
    });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      stderr += chunk;
    });
    child.on('error', (error) => {
      stopTimer();
      reject(
        new Error(`there is neither the npm package node-unix-socket nor the program systemd-notify: install one (${error.message})`, {
          cause: error,
        }),
      );
    });
    child.on('close', (code, signal) => {
      stopTimer();
      if (code === 0) resolve();
      else
        reject(
          new Error(`systemd-notify ${code === null ? `was ended by ${String(signal)}` : `ended with ${String(code)}`}: ${stderr.trim()}`),
        );
    });
  });
