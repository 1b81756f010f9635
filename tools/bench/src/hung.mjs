/** A contestant will not answer any more, which the measurement itself has found out. */
export class Hung extends Error {}
