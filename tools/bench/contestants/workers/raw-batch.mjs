// A message is a list of arguments; so is the answer.
import { parentPort } from 'node:worker_threads';
import { addOne } from '../functions.mjs';

const port = /** @type {import('node:worker_threads').MessagePort} */ (parentPort);
port.on('message', (list) => port.postMessage(list.map(addOne)));
port.postMessage('up');
