/**
 * Node has no datagram sockets of the file system, by which service managers are told. Two ways around that:
 *
 *   node-unix-socket   an npm package, used if it is installed: sends from this very process
 *   systemd-notify     systemd's own program, started once a message: systemd sees another process send, and wants NotifyAccess=all
 */
import { startTimer } from '@heddle/futures/authors';
import { spawn } from '../spawn.js';

/** Sends a text to a socket; rejects when it does not get there. */
export type DatagramSender = (path: string, text: string) => Promise<void>;

/** What is used of node-unix-socket. */
interface UnixSockets {
  readonly DgramSocket: new () => {
    sendTo(data: Buffer, offset: number, length: number, path: string, done: (error?: Error) => void): void;
    on(event: 'error', listener: (error: Error) => void): unknown;
    close(): void;
  };
}

/** How long a message may take. */
const limitMs = 5000;

/**
 * The best way there is to reach a socket.
 *
 * @param path - as NOTIFY_SOCKET has it: of a file, or `@name` in Linux's abstract namespace
 * @param load - imports node-unix-socket
 */
export async function datagramSender(
  path: string,
  load: () => Promise<UnixSockets> = () => import('node-unix-socket'),
): Promise<DatagramSender> {
  // node-unix-socket fills abstract names up with zeros, which makes them others.
  if (!path.startsWith('/')) return runSystemdNotify;
  try {
    return sendFromHere(await load());
  } catch {
    return runSystemdNotify; // it is not installed, or not for this platform
  }
}

/** An open socket keeps the program alive: each message has its own. */
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
    // Not spawn's `timeout`: its timer goes on when there is no such program.
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
