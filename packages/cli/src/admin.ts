import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Registry } from 'prom-client';
import type { ReadinessProbe } from './readiness.ts';

export interface AdminOptions {
  readonly readiness: ReadinessProbe;
  readonly registry: Registry;
}

/**
 * The internal server of a process; it belongs on no public network.
 *
 * `/livez`: 200 while the event loop turns. `/readyz`: 200, or 503 with the reasons:
 * `{"ready":false,"checks":{"bus":"down: connect ECONNREFUSED","database":"ok"}}`.
 * `/metrics`: Prometheus text format.
 */
export function createAdminServer(options: AdminOptions): Server {
  return createServer((request, response) => {
    answer(request, response, options).catch((error: unknown) => {
      response.writeHead(500, { 'content-type': 'text/plain' }).end(`${String(error)}\n`);
    });
  });
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { readiness, registry }: AdminOptions,
): Promise<void> {
  switch (request.url) {
    case '/livez':
      response.writeHead(200, { 'content-type': 'text/plain' }).end('ok\n');
      return;
    case '/readyz': {
      const state = await readiness.read();
      response.writeHead(state.ready ? 200 : 503, { 'content-type': 'application/json' });
      response.end(`${JSON.stringify(state)}\n`);
      return;
    }
    case '/metrics': {
      const metrics = await registry.metrics();
      response.writeHead(200, { 'content-type': registry.contentType }).end(metrics);
      return;
    }
    default:
      response.writeHead(404, { 'content-type': 'text/plain' }).end('/livez /readyz /metrics\n');
  }
}
