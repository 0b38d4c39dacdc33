import { createServer, type Server, type ServerOptions } from 'node:http';

/** What a server grants to connections before anybody has looked at what they want. */
export interface ServerLimits {
  /** How long the headers of a request may take to arrive, the first also from the connection's beginning. @default 10000 */
  readonly headersTimeoutMs: number;
  /** How long a request may take to arrive with its body, whoever reads it. @default 60000 */
  readonly requestTimeoutMs: number;
  /** How long a connection may lie idle between two requests: longer than proxies keep theirs (60 s). @default 75000 */
  readonly keepAliveTimeoutMs: number;
  /** How often the two first are looked after. @default 1000 */
  readonly checkIntervalMs: number;
  /** Longest headers of a request. @default 16 KiB */
  readonly maxHeaderBytes: number;
  /** Connections at the same time; one more is closed unread. @default 20000 */
  readonly maxConnections: number;
}

const defaultLimits: ServerLimits = {
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 60_000,
  keepAliveTimeoutMs: 75_000,
  checkIntervalMs: 1_000,
  maxHeaderBytes: 16 * 1024,
  maxConnections: 20_000,
};

/**
 * Makes a server, which does not listen yet, that no slow or silent client holds up.
 *
 * Requests that arrive too slowly, or with too long headers, become its `clientError`.
 * @see https://nodejs.org/docs/latest-v20.x/api/http.html#httpcreateserveroptions-requestlistener
 */
export function createHttpServer(limits: Partial<ServerLimits> = {}): Server {
  const bounds = { ...defaultLimits, ...limits };
  const options: ServerOptions = {
    headersTimeout: bounds.headersTimeoutMs,
    requestTimeout: bounds.requestTimeoutMs,
    keepAliveTimeout: bounds.keepAliveTimeoutMs,
    connectionsCheckingInterval: bounds.checkIntervalMs,
    maxHeaderSize: bounds.maxHeaderBytes,
    // Whoever answers says so with a body.
    requireHostHeader: false,
  };
  const server = createServer(options);
  server.maxConnections = bounds.maxConnections;
  // An expectation that is not known may be ignored (RFC 9110, section 10.1.1); Node's own answer has no body.
  server.on('checkExpectation', (request, response) => void server.emit('request', request, response));
  return server;
}
