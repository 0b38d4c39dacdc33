import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { certificatePath } from './tls-proxy.ts';

export interface PostgresTlsProxyOptions {
  readonly target: { readonly host: string; readonly port: number };
  /** `server` is for localhost, `other` for another host. @default 'server' */
  readonly certificate?: 'server' | 'other';
}

export interface PostgresTlsProxy {
  readonly port: number;
  /** How many connections used TLS. */
  readonly encrypted: number;
  close(): Promise<void>;
}

/** Adds TLS, on request, to a PostgreSQL that has none, on a free port of the loopback interface. */
export async function openPostgresTlsProxy({
  target,
  certificate = 'server',
}: PostgresTlsProxyOptions): Promise<PostgresTlsProxy> {
  let encrypted = 0;
  const join = (client: Socket): void => {
    const upstream = connect(target);
    client.pipe(upstream).pipe(client);
    client.on('error', () => upstream.destroy()).on('close', () => upstream.destroy());
    upstream.on('error', () => client.destroy()).on('close', () => client.destroy());
  };
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    // The SSLRequest, which is answered by a single letter.
    socket.once('data', () => {
      socket.write('S');
      const options = {
        isServer: true,
        cert: readFileSync(certificatePath(certificate)),
        key: readFileSync(certificatePath(certificate, 'key')),
      };
      const client = new TLSSocket(socket, options);
      client.once('secure', () => (encrypted += 1));
      join(client);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    get encrypted() {
      return encrypted;
    },
    close: async () => {
      server.close();
      await once(server, 'close');
    },
  };
}
