import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';

/** A line longer than this is passed on in pieces. */
const longestLine = 1 << 20;

/**
 * Passes a worker's output on line by line, so that the lines of several workers don't mix. A last line without an end is passed on too.
 *
 * @param write - called with each line, including its end
 */
export function forwardLines(from: Readable, write: (line: string) => void): void {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  const take = (text: string): void => {
    rest += text;
    const end = rest.lastIndexOf('\n') + 1;
    if (end > 0) {
      for (const line of rest.slice(0, end).split(/(?<=\n)/)) write(line);
      rest = rest.slice(end);
    } else if (rest.length > longestLine) {
      write(rest);
      rest = '';
    }
  };
  from.on('data', (chunk: Buffer) => {
    take(decoder.write(chunk));
  });
  from.on('error', () => undefined); // The end of the stream is enough.
  from.on('close', () => {
    take(decoder.end());
    if (rest !== '') write(`${rest}\n`);
    rest = '';
  });
}
