import { BusError } from '../contract/errors.ts';

/** Why a request that accepts one reply fails when its worker sends several. */
export function severalReplies(): BusError {
  return new BusError('BAD_REPLY', 'the worker sends several replies: use requestMany');
}
