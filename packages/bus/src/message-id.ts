import { v7 } from 'uuid';

/**
 * A new UUIDv7: unique, and later than every one made before it in the same process.
 *
 * @see RFC 9562, section 5.7
 */
export function createMessageId(): string {
  return v7();
}
