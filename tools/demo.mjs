/** `npm run demo [-- DIR]`: sets the checkout up, then hashes, compresses and counts a folder inline, on threads and on processes. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { ROOT } from './lib/paths.mjs';
import { takeGroupsAlong } from './lib/run.mjs';
import { orExplain, setUp } from './setup.mjs';

const release = takeGroupsAlong();
await orExplain(setUp);
release();

const main = join(ROOT, 'examples/01-fingerprint/dist/main.js');
process.argv[1] = main;
await import(pathToFileURL(main).href);
