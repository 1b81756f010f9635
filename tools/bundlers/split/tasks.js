import { task } from 'heddle';

const factor = 3;

/** The name stands in a string, since the minifier changes the other one. */
export const scale = task(import.meta.url, (n) => n * factor, 'scale');
