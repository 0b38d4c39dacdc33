/**
 * Every problem code of the gateway, the live bridge and `/system`, with its status and meaning.
 *
 * Workers add their own codes.
 */
export const problemCodes = {
  MALFORMED_REQUEST: { status: 400, when: 'the request is not valid HTTP, or its encoding is broken' },
  INVALID_JSON: { status: 400, when: 'the body is not JSON' },
  UNAUTHENTICATED: { status: 401, when: 'the caller is unknown, or its credentials are invalid' },
  FORBIDDEN: { status: 403, when: 'the auth service refused the caller, or the client may not watch a feed' },
  INSUFFICIENT_SCOPE: { status: 403, when: 'the caller lacks a scope' },
  FORBIDDEN_ORIGIN: { status: 403, when: "the page's origin is not allowed" },
  FOREIGN_HOST: { status: 403, when: 'a process on loopback is addressed by another host name' },
  DEAD_LETTERS_CLOSED: { status: 403, when: 'the setting `DEAD_LETTERS` is not on' },
  NOT_FOUND: { status: 404, when: 'the path does not exist, or a statement finds no row' },
  NO_SUCH_QUEUE: { status: 404, when: 'there is no dead-letter queue of this name' },
  UNKNOWN_FEED: { status: 404, when: 'there is no feed of this name' },
  METHOD_NOT_ALLOWED: { status: 405, when: 'the path does not support this method' },
  REQUEST_TIMEOUT: { status: 408, when: 'headers or body did not arrive in time' },
  ALREADY_SUBSCRIBED: { status: 409, when: 'the connection is already subscribed to the feed' },
  NOT_SUBSCRIBED: { status: 409, when: 'the connection is not subscribed to the feed' },
  CONFLICT: { status: 409, when: 'a statement conflicts with stored rows' },
  IDEMPOTENCY_IN_FLIGHT: { status: 409, when: 'the first call with this idempotency key is still running' },
  PRECONDITION_FAILED: {
    status: 412,
    when: 'the `etag` or `last-modified` of the reply does not satisfy `If-Match` or `If-Unmodified-Since`',
  },
  BODY_TOO_LARGE: { status: 413, when: 'the body is longer than allowed' },
  UNSUPPORTED_MEDIA_TYPE: {
    status: 415,
    when: 'the body is compressed, or of a type that the endpoint does not take',
  },
  INVALID_BODY: { status: 422, when: 'the body violates its schema, or no body is expected' },
  INVALID_QUERY: { status: 422, when: 'the query violates its schema' },
  INVALID_PARAMS: { status: 422, when: 'a path parameter violates its schema' },
  INVALID_HEADERS: { status: 422, when: 'a request header violates its schema' },
  INVALID_ROUTING_KEY: {
    status: 422,
    when: 'a value for the routing key is missing or cannot be part of it',
  },
  IDEMPOTENCY_KEY_REUSED: { status: 422, when: 'the idempotency key belongs to a different call' },
  RATE_LIMITED: { status: 429, when: 'the identity or address exceeds its rate limit' },
  TOO_MANY_CONNECTIONS: { status: 429, when: 'the address has too many connections' },
  HEADERS_TOO_LARGE: { status: 431, when: 'the headers are too long' },
  CALLER_LEFT: { status: 499, when: 'the caller closed the connection; only the log has it' },
  INTERNAL: { status: 500, when: 'an internal error; the log has the reason' },
  WORKER_ERROR: { status: 500, when: 'the worker failed' },
  REPLY_TOO_LARGE: { status: 500, when: 'the reply exceeds the maximum message size' },
  BAD_REPLY: {
    status: 502,
    when: 'the reply violates its schema, or has an invalid body, status, type or header',
  },
  UNANSWERED: { status: 502, when: 'no gateway answered nginx; the call may or may not have been accepted' },
  OVERLOADED: { status: 503, when: 'too many requests, messages or bytes are held' },
  AUTH_UNAVAILABLE: { status: 503, when: 'the identity of the caller cannot be verified right now' },
  BROKER_UNAVAILABLE: { status: 503, when: 'the broker is down' },
  BROKER_BLOCKED: { status: 503, when: 'the broker blocks publishers' },
  BROKER_REFUSED: { status: 503, when: 'at least one queue refused the message' },
  NOT_DECLARED: { status: 503, when: 'the exchange, or its queue, differs or is missing on the broker' },
  UNROUTABLE: { status: 503, when: 'no queue takes the message' },
  DATABASE_AWAY: { status: 503, when: 'the database is down, and the worker says `whenAway: fail`' },
  NO_WORKER: { status: 503, when: 'no worker consumes the requests' },
  UNAVAILABLE: { status: 503, when: 'the feed cannot be read right now' },
  PUBLISH_TIMEOUT: { status: 504, when: 'no confirm in time; the message may or may not be stored' },
  RPC_TIMEOUT: { status: 504, when: 'no reply in time; the request may or may not have been executed' },
  LOOP: { status: 508, when: 'workers asked one another more than eight times in a row' },
} as const satisfies Readonly<Record<string, { readonly status: number; readonly when: string }>>;

export type ProblemCode = keyof typeof problemCodes;
