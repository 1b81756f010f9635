/** The program of a pool's worker process: `node heddle-processes-worker.cjs NAME VERSION`. */
import { readSync } from 'node:fs';
import { Socket, type OnReadOpts, type SocketConstructorOpts } from 'node:net';
import type { ToWorker } from '@heddle/engine';
import { crashMessage, initializerFailedMessage, serveWorker } from '@heddle/engine/worker';
import { internalFrames } from '@heddle/futures/worker';
import { FrameReader, frameVersion } from '@heddle/serialization/frames';
import type { ProcessStart } from './channel-protocol.js';
import { inboundFd } from './channel-protocol.js';
import { processContext } from './process-context.js';
import { ProcessEndpoint } from './process-endpoint.js';
import { hasDescriptors } from './read-now.js';
import { withoutStack } from './without-stack.js';
import { entryRuns } from './worker-mark.js';

entryRuns();
internalFrames.add(import.meta.url, 'processes/dist/bundle/');

const [, , , version] = process.argv;
if (Number(version) !== frameVersion)
  throw new Error(`this worker speaks version ${String(frameVersion)} of the frame format, its caller ${String(version)}`);

let endpoint: ProcessEndpoint | undefined;
const reader = new FrameReader(undefined, (message) => {
  if (endpoint === undefined) begin(message as ProcessStart);
  else endpoint.arrived(message as ToWorker);
});

const piece = Buffer.allocUnsafeSlow(65_536);
let target: Uint8Array = piece;
const onread: OnReadOpts = {
  buffer: () => (target = reader.want ?? piece),
  callback: (count) => {
    took(target, count);
    endpoint?.deliver();
    return true;
  },
};

function took(into: Uint8Array, count: number): void {
  endpoint?.hasRead(count);
  if (into === piece) reader.push(piece.subarray(0, count));
  else reader.advance(count);
}

/** Reads without the event loop. Its stream shares the descriptor, and works on after such a read. */
function readNow(): void {
  const into = reader.want ?? piece;
  try {
    const count = withoutStack(() => readSync(inboundFd, into)); // In case that nothing has come after all.
    if (count === 0) leave();
    took(into, count);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
  }
}
// Node's types allow `onread` only for connect().
const inbound = new Socket({ fd: inboundFd, readable: true, writable: false, onread } as SocketConstructorOpts);
inbound.on('error', leave);
inbound.on('end', leave); // The caller is gone.
inbound.on('close', leave);
inbound.resume();

function leave(): void {
  process.exit(0);
}

function begin({ start, maxMemory }: ProcessStart): void {
  processContext.identity = { name: start.name, numbers: [], daemon: false, parentPid: process.ppid };
  const opened = new ProcessEndpoint(reader.nonce, inbound, hasDescriptors ? readNow : undefined, maxMemory);
  endpoint = opened;
  process.on('uncaughtExceptionMonitor', (error) => {
    opened.post(crashMessage(error, 'process'));
  });
  if (maxMemory !== undefined && process.memoryUsage.rss() > maxMemory) {
    const needed = `an empty worker needs ${String(process.memoryUsage.rss())} bytes, more than maxMemory (${String(maxMemory)}): raise it`;
    opened.post(initializerFailedMessage(new RangeError(needed), 'process'));
  } else {
    void serveWorker(start, opened);
  }
}
