/** How many are inside at a time. */
export class Gauge {
  #inside = 0;
  peak = 0;
  total = 0;

  async during<T>(fn: () => Promise<T>): Promise<T> {
    this.#inside += 1;
    this.total += 1;
    this.peak = Math.max(this.peak, this.#inside);
    try {
      return await fn();
    } finally {
      this.#inside -= 1;
    }
  }
}
