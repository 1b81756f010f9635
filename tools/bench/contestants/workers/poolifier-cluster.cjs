// The pool's first message arrives while ES modules are still being loaded, and cluster drops what nobody listens for:
// kept here until poolifier does.
const { worker } = require('node:cluster');

/** @type {unknown[]} */
const early = [];
const keep = (/** @type {unknown} */ message) => early.push(message);
worker.on('message', keep);
import('./poolifier-cluster.mjs').then(() => {
  worker.off('message', keep);
  for (const message of early) worker.emit('message', message);
});
