/**
 * Removes from the current package's dist/ what no source stands for any more; `tsc -b` leaves such files behind, and
 * they would be published. Runs before each build.
 */
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const OUTPUT = /\.(?:d\.ts|js|cjs)(?:\.map)?$/;

if (existsSync('dist')) {
  for (const file of readdirSync('dist', { recursive: true })) {
    if (OUTPUT.test(file) && !existsSync(join('src', file.replace(OUTPUT, '.ts')))) rmSync(join('dist', file));
  }
}
