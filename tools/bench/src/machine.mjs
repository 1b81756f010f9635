import { arch, availableParallelism, loadavg, platform, totalmem } from 'node:os';

/** @import { Machine } from '../types.d.ts' */

const FAMILIES = /** @type {Record<string, string>} */ ({ linux: 'Linux', darwin: 'macOS', win32: 'Windows' });

/**
 * The machine in general terms: enough to judge the figures by, nothing that says whose it is.
 * @returns {Machine}
 */
export const describeMachine = () => ({
  cores: availableParallelism(),
  architecture: arch(),
  memoryGiB: Math.round(totalmem() / 2 ** 30),
  node: process.version,
  os: FAMILIES[platform()] ?? platform(),
  loadBefore: Math.round((loadavg()[0] ?? 0) * 100) / 100,
});
