/** A contestant that isn't here: not built, not installed. That is no failure; the tables say it. */
export class Absent extends Error {}
