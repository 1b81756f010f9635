// Spins for as many milliseconds as its argument says. See load.mjs.
import { writeSync } from 'node:fs';

writeSync(1, 'up\n');
const end = performance.now() + Number(process.argv[2]);
while (performance.now() < end);
