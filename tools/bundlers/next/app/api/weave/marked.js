import { task } from 'heddle';

/** Next puts this module into a file of its own making, so a worker does not find it. */
export const marked = task(import.meta.url, () => 'found', 'marked');
