// One message in, one message out.
import { parentPort, workerData } from 'node:worker_threads';
import * as functions from '../functions.mjs';

const port = /** @type {import('node:worker_threads').MessagePort} */ (parentPort);
const run = functions[/** @type {import('../../types.d.ts').TaskName} */ (workerData.task)];
port.on('message', (argument) => port.postMessage(run(/** @type {never} */ (argument))));
