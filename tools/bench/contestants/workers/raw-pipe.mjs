// One frame in, one frame out; with batches a frame is a list of arguments, and so is the answer.
// usage: raw-pipe.mjs TASK [batches]
import { Socket } from 'node:net';
import { frameOf, frameReader } from '../../src/frames.mjs';
import * as functions from '../functions.mjs';

const [, , task, batches] = process.argv;
const one = /** @type {(argument: any) => unknown} */ (functions[/** @type {import('../../types.d.ts').TaskName} */ (task)]);
const run = batches ? (/** @type {unknown[]} */ list) => list.map(one) : one;
const pipe = new Socket({ fd: 3 });
pipe.on(
  'data',
  frameReader((message) => pipe.write(frameOf(run(message)))),
);
