import { SerializationError } from '@heddle/futures/errors';

/** @returns the error for bytes that are no message of Heddle's */
export function garbled(what: string): SerializationError {
  return new SerializationError(`the bytes that arrived are garbled: ${what}`);
}

/** @returns the error for a message that is refused because of its size. @param what - the excess, and the form to send instead */
export function beyondLimits(what: string): SerializationError {
  return new SerializationError(`the message that arrived is beyond the limits: ${what}`);
}
