/** Packs values as text. Tinypool's processes talk in JSON by default, which would lose most types. */
import { Deserializer, Serializer } from 'node:v8';

/**
 * Packs a value as structured clone would copy it. `v8.serialize` is not used: the buffer of a typed array that it writes is the whole
 * message when it is read.
 *
 * @throws an error when structured clone can't carry the value
 */
export function pack(value: unknown): string {
  const serializer = new Serializer();
  serializer.writeHeader();
  serializer.writeValue(value);
  return serializer.releaseBuffer().toString('base64');
}

export function unpack(text: string): unknown {
  const deserializer = new Deserializer(Buffer.from(text, 'base64'));
  deserializer.readHeader();
  return deserializer.readValue() as unknown;
}
