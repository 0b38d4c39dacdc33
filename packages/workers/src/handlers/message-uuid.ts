import { createHash } from 'node:crypto';
import { createMessageId } from '@restmapper/bus';

const uuidPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Our own name space for {@link messageUuid}; never changes. */
const namespace = Buffer.from('6f0a4cf2b0d84a5c9a53d7f1a2b6c3e9', 'hex');

/**
 * The UUID under which a message is stored.
 *
 * It is the message's id, if that is a UUID. Another publisher's id of any form gives the same UUID
 * each time (version 5, RFC 9562 section 5.5). A message without an id cannot be recognised when it
 * comes again, and gets a new one.
 */
export function messageUuid(messageId: string): string {
  if (uuidPattern.test(messageId)) return messageId;
  return messageId === '' ? createMessageId() : nameBasedUuid(messageId);
}

function nameBasedUuid(name: string): string {
  const bytes = createHash('sha1').update(namespace).update(name).digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x50, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
