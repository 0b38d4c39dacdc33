import { createServer, type Server, type ServerOptions } from 'node:http';
import { lingerOnClose } from '@restmapper/restmapper';

/** The limits of connections before their requests are handled. */
export interface ServerLimits {
  /**
   * The maximum time for the headers of a request to arrive; for the first, from the start of the connection.
   * @default 10000
   */
  readonly headersTimeoutMs: number;
  /** The maximum time for a request to arrive with its body. @default 60000 */
  readonly requestTimeoutMs: number;
  /** The maximum idle time between two requests: longer than that of proxies (60 s). @default 75000 */
  readonly keepAliveTimeoutMs: number;
  /** How often the first two are checked. @default 1000 */
  readonly checkIntervalMs: number;
  /** The maximum size of a request's headers. @default 16 KiB */
  readonly maxHeaderBytes: number;
  /** The maximum number of connections; further ones are closed unread. @default 20000 */
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
 * Creates a server, not listening yet, that slow or silent clients cannot block.
 *
 * Requests that arrive too slowly, or with too long headers, cause a `clientError`. A connection that closes after an
 * answer first receives the rest of the request.
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
    // The handler answers with a body.
    requireHostHeader: false,
  };
  const server = createServer(options);
  server.maxConnections = bounds.maxConnections;
  lingerOnClose(server);
  // An unknown expectation may be ignored (RFC 9110, section 10.1.1); Node's own answer has no body.
  server.on('checkExpectation', (request, response) => void server.emit('request', request, response));
  return server;
}
