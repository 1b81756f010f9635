// Four bytes of length, then so many bytes, read into memory of their own; the answer is the length.
import { Socket } from 'node:net';

const head = Buffer.alloc(4);
let into = head;
let at = 0;

/** @param {number} count bytes that have arrived */
const took = (count) => {
  at += count;
  if (at < into.length) return true;
  // Not zeroed: what is written over doesn't have to be.
  if (into === head) into = Buffer.allocUnsafeSlow(head.readUInt32LE(0));
  else {
    pipe.write(head);
    into = head;
  }
  at = 0;
  return true;
};

// Node's types know `onread` for connect() only.
const options = { fd: 3, onread: { buffer: () => into.subarray(at), callback: took } };
const pipe = new Socket(/** @type {any} */ (options));
pipe.resume();
