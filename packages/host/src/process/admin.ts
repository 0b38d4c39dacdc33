import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import type { Log } from '@restmapper/core';
import type { Registry } from 'prom-client';
import { createHttpServer } from '../http/create-http-server.ts';
import { createHostGuard } from '../http/host-guard.ts';
import type { HostRule } from '../http/hosts.ts';
import { sendJson, sendText } from '../http/plain-answer.ts';
import type { ReadinessProbe } from './readiness.ts';
import type { StatusReader } from './process-status.ts';

export interface AdminOptions {
  readonly readiness: ReadinessProbe;
  readonly registry: Registry;
  readonly status: StatusReader;
  readonly log: Log;
  /** The allowed host names. @default any */
  readonly isAllowedHost?: HostRule;
}

/**
 * The internal server of a process; keep it off public networks.
 *
 * `/livez`: 200 while the event loop responds. `/readyz`: 200, or 503 with the reasons:
 * `{"ready":false,"checks":{"bus":"down: connect ECONNREFUSED","database":"ok"}}`. `/metrics`: Prometheus
 * text format. `/status`: the process's entry in `/system/v1/`.
 */
export function createAdminServer(options: AdminOptions): Server {
  const { log, isAllowedHost = () => true } = options;
  const server = createHttpServer({ maxConnections: 100 });
  const guard = createHostGuard({ isAllowed: isAllowedHost, log });
  const listener: RequestListener = (request, response) => {
    answer(request, response, options).catch((error: unknown) => {
      log.error({ err: error, url: request.url }, 'the admin server cannot answer');
      response.writeHead(500, { 'content-type': 'text/plain' }).end('failed; the log says why\n');
    });
  };
  return server.on('request', guard.request(listener));
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { readiness, registry, status }: AdminOptions,
): Promise<void> {
  switch (request.url) {
    case '/livez':
      return sendText(response, 'ok\n');
    case '/readyz': {
      const state = await readiness.read();
      return sendJson(response, state.ready ? 200 : 503, state);
    }
    case '/metrics': {
      const metrics = await registry.metrics();
      response.writeHead(200, { 'content-type': registry.contentType }).end(metrics);
      return;
    }
    case '/status':
      return sendJson(response, 200, await status());
    default:
      response.writeHead(404, { 'content-type': 'text/plain' }).end('/livez /readyz /metrics /status\n');
  }
}
