import { encodeValue, explainRefusal } from '@heddle/serialization/worker';
import type { WireValue } from './protocol.js';

/**
 * Copies a value for a message.
 *
 * @throws SerializationError with the path of what cannot travel
 */
export function writeValue(given: unknown, root: string): WireValue {
  const { value, encoded } = encodeValue(given, root, false, 'thread');
  return { value, encoded };
}

/** Copies a value that must arrive: if it cannot travel, the error that says so takes its place. */
export function writeOrExplain(value: unknown, root: string): WireValue {
  try {
    return writeValue(value, root);
  } catch (problem) {
    return writeValue(explainRefusal(value, root, problem, 'thread'), root);
  }
}
