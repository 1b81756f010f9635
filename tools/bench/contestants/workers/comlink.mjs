import { parentPort } from 'node:worker_threads';
import * as Comlink from 'comlink';
import nodeEndpoint from 'comlink/dist/esm/node-adapter.mjs';
import * as functions from '../functions.mjs';

Comlink.expose({ ...functions }, /** @type {any} */ (nodeEndpoint)(parentPort));
