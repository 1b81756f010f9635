/** How the unit suite is run: by `npm test`, by `npm run fast`, and on other versions of Node by `npm run test:matrix`. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { ROOT, TOOL, workspaces } from './paths.mjs';

/** What stands before Jest's own arguments. Jest runs ES modules by way of vm's modules, which Node still calls experimental. */
export const JEST = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', TOOL.jest];

/**
 * @param {string} report - the file that gets Jest's results
 * @returns {string[]} Node's arguments for all tests
 */
export function wholeSuite(report) {
  return [...JEST, '--ci', '--json', `--outputFile=${report}`, '--maxWorkers=2'];
}

/** @returns {string[]} the folders in which a test has to run */
export function testedFolders() {
  return [...workspaces(), 'tools'].filter((folder) => existsSync(join(ROOT, folder, 'jest.config.mjs')));
}
