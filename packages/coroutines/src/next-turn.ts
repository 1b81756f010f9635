/** To be awaited: what follows runs in a later turn of the microtask queue. */
export const nextTurn: Promise<unknown> = Promise.resolve();
