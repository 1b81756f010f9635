/** The program of a Process: `node heddle-processes-process.cjs NAME VERSION`. */
import { Socket } from 'node:net';
import { internalFrames } from '@heddle/futures/worker';
import { FrameReader, frameVersion, writeFrame } from '@heddle/serialization/frames';
import { decodeValue, loadFunction, takePendingLoads, type LoadedFunction } from '@heddle/serialization/worker';
import { inboundFd } from './channel-protocol.js';
import type * as GivenPorts from './given-ports.js';
import { keepWhileWaiting } from './kept-alive.js';
import { pack, unpack } from './packet.js';
import { PortClient } from './port-client.js';
import { processContext } from './process-context.js';
import type { BeginMessage, ToParent, ToProcess } from './process-protocol.js';
import { entryRuns } from './worker-mark.js';
import { writeAll } from './write-all.js';

entryRuns();
internalFrames.add(import.meta.url, 'processes/dist/bundle/');

const [, , , version] = process.argv;
if (Number(version) !== frameVersion)
  throw new Error(`this process speaks version ${String(frameVersion)} of the frame format, its parent ${String(version)}`);
/** Node's own exit code for a program that waits for something that can never happen. */
const unsettled = 13;

/** True once the parent was sent the target's outcome. */
let isSettled = false;
/** True when nothing is left to do. */
let isIdle = false;
const ports = new PortClient(post);
const reader = new FrameReader(undefined, (message) => {
  const each = message as ToProcess;
  if (each.kind === 'begin') void run(each);
  else ports.answered(each);
});
const inbound = new Socket({ fd: inboundFd, readable: true, writable: false });
inbound.on('data', (chunk) => {
  reader.push(chunk);
});
for (const end of ['error', 'end', 'close']) inbound.on(end, () => process.exit(0)); // The parent is gone.

function post(message: ToParent): void {
  const frame = writeFrame(reader.nonce, message);
  try {
    for (const part of frame) writeAll(part);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EPIPE') process.exit(0); // The parent is gone.
    throw error;
  }
}

async function run({ identity, target, boundFunction, args: packet, ports: given, portsModule }: BeginMessage): Promise<void> {
  processContext.identity = identity;
  keepWhileWaiting(inbound);
  process.on('uncaughtExceptionMonitor', (error) => {
    threw(error, true);
  });
  process.on('beforeExit', () => {
    isIdle = true;
  });
  process.on('exit', (code) => {
    if (!isSettled && code === 0 && isIdle) process.exitCode = unsettled;
  });
  try {
    const args = (await unpack(packet, 'code')) as unknown[];
    if (given.length > 0) {
      // Uses the user's own copy of the package, so that connections and queues are instances of its classes.
      const { placePorts } = (await import(portsModule)) as typeof GivenPorts;
      placePorts(args, given, (number) => ports.port(number));
    }
    const loaded = await loadFunction(target);
    const fn = boundFunction === undefined ? loaded : (decodeValue(boundFunction, 'code') as LoadedFunction);
    await takePendingLoads();
    const value = await fn(...args);
    const result = pack(value, 'result');
    isSettled = true;
    post({ kind: 'returned', value: result });
  } catch (error) {
    threw(error, false);
    process.exitCode ||= 1;
  }
}

function threw(error: unknown, isTold: boolean): void {
  if (isSettled) return;
  isSettled = true;
  let thrown;
  try {
    thrown = pack(error, 'thrown value');
  } catch (problem) {
    thrown = pack(problem, 'thrown value');
  }
  post({ kind: 'threw', error: thrown, isTold });
}
