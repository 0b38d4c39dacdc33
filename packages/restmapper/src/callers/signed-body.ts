import type { ReadBody } from '@restmapper/auth';
import type { Endpoint } from '@restmapper/endpoints';
import type { GatewayContext } from '../answer/gateway-context.ts';
import { readBody } from '../request/body-reader.ts';
import type { ByteBudget } from '../request/byte-budget.ts';
import { tooLarge } from '../request/data-reader.ts';
import type { GatewayLimits } from '../request/limits.ts';

/** The body of one call, read before it is parsed, to verify its signature. */
export interface SignedBody {
  /**
   * Reads it, once, and keeps it for the endpoint.
   *
   * @throws RequestError BODY_TOO_LARGE, REQUEST_TIMEOUT, OVERLOADED, CALLER_LEFT.
   */
  readonly read: ReadBody;
  /** Whether it is being read. */
  readonly isArriving: boolean;
}

export interface SignedBodyOptions {
  readonly limits: GatewayLimits;
  readonly budget: ByteBudget;
}

/** Creates what opens the signed bodies of an endpoint. */
export function createSignedBodyReader(
  { maxBodyBytes }: Endpoint,
  { limits, budget }: SignedBodyOptions,
): (context: GatewayContext, deadlineEpochMs: number) => SignedBody {
  return ({ req, state }, deadlineEpochMs) => {
    let reading: Promise<Buffer> | undefined;
    let isArriving = false;
    const read = async (): Promise<Buffer> => {
      isArriving = true;
      const held = (state.held ??= budget.open());
      const timeoutMs = Math.min(deadlineEpochMs - Date.now(), limits.bodyTimeoutMs);
      const body = await readBody(req, { maxBytes: maxBodyBytes, timeoutMs, held });
      isArriving = false;
      if (!body) throw tooLarge(maxBodyBytes);
      state.body = body;
      return body;
    };
    return {
      read: () => (reading ??= read()),
      get isArriving() {
        return isArriving;
      },
    };
  };
}
