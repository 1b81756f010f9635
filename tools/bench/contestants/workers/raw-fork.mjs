// One message in, one message out. usage: raw-fork.mjs TASK
import * as functions from '../functions.mjs';

const run = functions[/** @type {import('../../types.d.ts').TaskName} */ (process.argv[2])];
process.on('message', (argument) => process.send?.(run(/** @type {never} */ (argument))));
