// Messages on a stream of bytes: four bytes of length, then what v8.serialize makes of it.
import { deserialize, serialize } from 'node:v8';

const HEAD = 4;

/** @param {unknown} message */
export const frameOf = (message) => {
  const body = serialize(message);
  const head = Buffer.allocUnsafe(HEAD);
  head.writeUInt32LE(body.length, 0);
  return Buffer.concat([head, body]);
};

/**
 * @param {(message: any) => void} onMessage
 * @returns {(chunk: Buffer) => void} takes what arrives, as it arrives
 */
export const frameReader = (onMessage) => {
  /** @type {Buffer[]} */
  let chunks = [];
  let size = 0;
  let needed = HEAD;
  return (chunk) => {
    chunks.push(chunk);
    size += chunk.length;
    if (size < needed) return;
    const all = chunks.length === 1 ? chunk : Buffer.concat(chunks, size);
    let at = 0;
    for (needed = HEAD; all.length - at >= needed; needed = HEAD) {
      needed += all.readUInt32LE(at);
      if (all.length - at < needed) break;
      onMessage(deserialize(all.subarray(at + HEAD, at + needed)));
      at += needed;
    }
    size = all.length - at;
    chunks = size ? [all.subarray(at)] : [];
  };
};
