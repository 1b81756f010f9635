/** What nobody asked for: warnings, errors that nobody caught, waits without an end. */
export class Trouble {
  /** @type {string[]} */
  #all = [];
  #warned = (/** @type {Error & { code?: string }} */ warning) => {
    // A pool that breaks says so.
    if (warning.name !== 'HeddleWarning' || warning.code !== 'HEDDLE_BROKEN') this.add(`warning: ${warning.name}: ${warning.message}`);
  };
  #uncaught = (/** @type {unknown} */ error) => this.add(`uncaught: ${error instanceof Error ? error.stack : String(error)}`);

  constructor() {
    process.on('warning', this.#warned);
    process.on('uncaughtException', this.#uncaught);
    process.on('unhandledRejection', this.#uncaught);
  }

  /** @param {string} problem */
  add(problem) {
    this.#all.push(problem);
  }

  /** No more is noticed. @returns {string[]} what there was */
  close() {
    process.off('warning', this.#warned);
    process.off('uncaughtException', this.#uncaught);
    process.off('unhandledRejection', this.#uncaught);
    return this.#all;
  }
}
