/** A longer text of digits is no index: the largest one is 4294967294. */
const mostDigits = 10;
const largestIndex = 2 ** 32 - 2;

/**
 * Tells whether an array would use a text as the index of an element.
 *
 * @param text - its bytes
 * @param width - of a character, in bytes
 */
export function isIndex(text: Uint8Array, width: 1 | 2): boolean {
  const count = text.length / width;
  if (count === 0 || count > mostDigits || (count > 1 && text[0] === 0x30)) return false;
  let value = 0;
  for (let i = 0; i < text.length; i += width) {
    const digit = (text[i] ?? 0) - 0x30;
    if (digit < 0 || digit > 9 || (width === 2 && text[i + 1] !== 0)) return false;
    value = value * 10 + digit;
  }
  return value <= largestIndex;
}
