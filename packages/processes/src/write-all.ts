import { writeSync } from 'node:fs';
import { outboundFd } from './channel-protocol.js';

/** Writes to the caller, and blocks until the caller or the system has taken all bytes. */
export function writeAll(bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) {
    at += writeSync(outboundFd, bytes, at, bytes.length - at);
  }
}
