import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, request as send } from 'node:http';
import { connect } from 'node:net';
import { extname, join } from 'node:path';
import type { Duplex } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { use } from '../support/use.ts';

const page = fileURLToPath(new URL('../../packages/host/page/', import.meta.url));
const apiPrefix = '/api/v1';
const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};

export interface FrontOptions {
  /** Where `restmapper serve` listens. */
  readonly gatewayPort: number;
  /** Where `restmapper live` listens. */
  readonly livePort: number;
}

/** Serves the page and a distributed system under one address, as nginx does; returns its URL. */
export async function openFront({ gatewayPort, livePort }: FrontOptions): Promise<string> {
  const sockets = new Set<Duplex>();
  const server = createServer((request, response) => {
    const url = request.url ?? '/';
    if (!url.startsWith(`${apiPrefix}/`)) {
      void readPageFile(url).then(({ type, content }) => {
        response.writeHead(200, { 'content-type': type }).end(content);
      });
      return;
    }
    const { method, headers } = request;
    const target = { port: gatewayPort, path: url.slice(apiPrefix.length), method, headers };
    const onward = send(target, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.writeHead(502).end());
    request.pipe(onward);
  });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex) => {
    const live = connect(livePort, '127.0.0.1', () => {
      live.write(`GET ${request.url} HTTP/1.1\r\n${headerLines(request)}\r\n`);
      socket.pipe(live).pipe(socket);
    });
    for (const [end, other] of [[socket, live] as const, [live, socket] as const]) {
      sockets.add(end);
      end.on('error', () => {}); // The close event that follows is handled.
      end.on('close', () => other.destroy());
    }
  });
  use(server, () => {
    for (const socket of sockets) socket.destroy();
    server.closeAllConnections();
    server.close();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('it listens on TCP');
  return `http://127.0.0.1:${address.port}`;
}

function headerLines({ rawHeaders }: IncomingMessage): string {
  return rawHeaders.map((text, index) => `${text}${index % 2 === 0 ? ': ' : '\r\n'}`).join('');
}

/** A file of the built page; its views are routes, not files. */
async function readPageFile(url: string): Promise<{ type: string; content: Buffer }> {
  const [path = '/'] = url.split('?');
  const name = extname(path) === '' ? 'index.html' : path;
  return {
    type: types[extname(name)] ?? 'application/octet-stream',
    content: await readFile(join(page, name)),
  };
}
