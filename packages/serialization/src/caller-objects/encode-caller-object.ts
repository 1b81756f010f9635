import { marker } from '../values/marker.js';
import { Refusal } from '../values/refusal.js';
import { isReadOnce } from './caller-object-of.js';
import type { CallerObject, CallerObjectRecord, CallerObjects } from './caller-object.js';

/**
 * Makes the record that travels in place of a caller object. It holds the number that the task's proxy calls.
 *
 * @param callerObjects - the list that the object joins
 * @param encode - encodes what the proxy has to know from the beginning
 * @param register - is called with the record before that
 * @throws Refusal when several tasks would share an object that only one task can read
 */
export function encodeCallerObject(
  object: CallerObject,
  callerObjects: CallerObjects,
  encode: (value: unknown) => unknown,
  register: (record: object) => void,
): CallerObjectRecord {
  if (callerObjects.isShared && isReadOnce(object)) {
    throw new Refusal(`all chunks of a map would read the same ${object.name}; map over it, or read it in one task`);
  }
  const { kind, name } = object;
  const record: { -readonly [key in keyof CallerObjectRecord]: CallerObjectRecord[key] } = {
    [marker]: 'link',
    kind,
    name,
    id: callerObjects.add(object),
    detail: undefined,
  };
  register(record);
  record.detail = encode(object.detail);
  return record;
}
