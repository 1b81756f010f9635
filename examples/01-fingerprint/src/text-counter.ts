const lineFeed = 0x0a;
const space = 0x20;
const tab = 0x09;
const carriageReturn = 0x0d;

/** Counts as `wc` does in the C locale: a line ends with a line feed, a word is a run of bytes that are no white space. */
export class TextCounter {
  lines = 0;
  words = 0;
  #inWord = false;

  /** Goes on with the next piece; a word may lie across two. */
  add(piece: Uint8Array): void {
    let { lines, words } = this;
    let inWord = this.#inWord;
    for (const byte of piece) {
      if (byte === space || (byte >= tab && byte <= carriageReturn)) {
        if (byte === lineFeed) lines += 1;
        inWord = false;
      } else if (!inWord) {
        inWord = true;
        words += 1;
      }
    }
    this.lines = lines;
    this.words = words;
    this.#inWord = inWord;
  }
}
