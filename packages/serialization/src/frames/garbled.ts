import { SerializationError } from '@heddle/futures/errors';

/** What arrived is no message of ours. */
export function garbled(what: string): SerializationError {
  return new SerializationError(`the bytes that arrived are garbled: ${what}`);
}

/** What arrived may be a message, but not one that is read. @param what - what was met, and what to send instead */
export function beyondLimits(what: string): SerializationError {
  return new SerializationError(`the message that arrived is beyond the limits: ${what}`);
}
