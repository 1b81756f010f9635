import { marker } from '../values/marker.js';
import { Refusal } from '../values/refusal.js';
import { isReadOnce } from './link-of.js';
import type { Link, LinkRecord, Links } from './link.js';

/**
 * What travels for a value that stays here: the number by which its task calls it.
 *
 * @param encode - encodes what its stand-in has to know from the beginning
 * @param register - told of the record before that
 * @throws Refusal when several tasks would share what only one can read
 */
export function linkRecord(link: Link, links: Links, encode: (value: unknown) => unknown, register: (record: object) => void): LinkRecord {
  if (links.isShared && isReadOnce(link)) {
    throw new Refusal(`all chunks of a map would read the same ${link.name}; map over it, or read it in one task`);
  }
  const { kind, name } = link;
  const record: { -readonly [key in keyof LinkRecord]: LinkRecord[key] } = {
    [marker]: 'link',
    kind,
    name,
    id: links.add(link),
    detail: undefined,
  };
  register(record);
  record.detail = encode(link.detail);
  return record;
}
