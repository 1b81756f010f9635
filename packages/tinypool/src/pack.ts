/** Packs values as text. Tinypool's processes talk in JSON by default, which would lose most types. */
import { deserialize, serialize } from 'node:v8';

/** @throws DataCloneError when structured clone can't carry the value */
export function pack(value: unknown): string {
  return serialize(value).toString('base64');
}

export function unpack(text: string): unknown {
  return deserialize(Buffer.from(text, 'base64'));
}
