import type { IncomingHttpHeaders } from 'node:http';
import type { Credentials } from '../caller/credentials.ts';
import { isAllowedOrigin, isSameOrigin } from './origin.ts';

export interface OriginRules {
  /** Origins whose pages may call, besides the server's own; `*`: any. */
  readonly allowedOrigins: readonly string[];
  /** Whether these pages may call with the cookies that the browser has for this server. */
  readonly allowCredentials: boolean;
}

const onlyOurs: OriginRules = { allowedOrigins: [], allowCredentials: false };

/** The rights of pages of other origins. */
export class Origins {
  readonly #allowed: ReadonlySet<string>;
  readonly #allowCredentials: boolean;

  constructor({ allowedOrigins, allowCredentials }: OriginRules = onlyOurs) {
    this.#allowed = new Set(allowedOrigins);
    this.#allowCredentials = allowCredentials;
  }

  /** Whether there is any other origin whose pages may call. */
  get hasOthers(): boolean {
    return this.#allowed.size > 0;
  }

  isAllowed(headers: IncomingHttpHeaders): boolean {
    return isAllowedOrigin({ headers }, this.#allowed);
  }

  /**
   * The accepted credentials: from a page of another origin without cookies, unless they are allowed.
   *
   * A browser sends them with a WebSocket's handshake whatever a server allows.
   */
  credentialsOf(headers: IncomingHttpHeaders): Credentials {
    if (headers.origin === undefined || this.#allowCredentials || isSameOrigin({ headers })) return headers;
    return { ...headers, cookie: undefined };
  }

  /**
   * The headers that let a page of an allowed origin read the answer. @see
   * https://fetch.spec.whatwg.org/#http-cors-protocol
   */
  headersFor({ origin }: IncomingHttpHeaders): Readonly<Record<string, string>> {
    if (origin === undefined) return {};
    return {
      'access-control-allow-origin': origin,
      ...(this.#allowCredentials && { 'access-control-allow-credentials': 'true' }),
    };
  }
}
