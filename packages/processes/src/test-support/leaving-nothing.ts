import { until } from '@heddle/testkit/support';
import { children, openFiles } from './with-pool.js';

/** A test that afterwards waits for what it held to be gone: children, descriptors. */
export function leavingNothing(body: () => Promise<void>): () => Promise<void> {
  return async () => {
    const before = { children: new Set(children()), files: openFiles() };
    await body();
    await until('the children of this process to be gone', () => children().every((pid) => before.children.has(pid)));
    await until('descriptors to be closed', () => openFiles() <= before.files);
  };
}
