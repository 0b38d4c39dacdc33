import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, type AddressInfo } from 'node:net';
import { createServer } from 'node:tls';
import { fileURLToPath } from 'node:url';

/** The certificates of `test/support/certificates`; all but `ca` are signed by it. */
export type Certificate = 'ca' | 'server' | 'other' | 'expired' | 'client';

export interface TlsProxyOptions {
  readonly target: { readonly host: string; readonly port: number };
  /** `server` is for localhost, `other` for another host. @default 'server' */
  readonly certificate?: Exclude<Certificate, 'ca' | 'client'>;
  /** Whether it requires the client's certificate. @default false */
  readonly asksClients?: boolean;
}

export interface TlsProxy {
  readonly port: number;
  close(): Promise<void>;
}

/** The path of a certificate, or of its private key. */
export function certificatePath(name: Certificate, part: 'certificate' | 'key' = 'certificate'): string {
  const file = `./certificates/${name}${part === 'key' ? '-key' : ''}.pem`;
  return fileURLToPath(new URL(file, import.meta.url));
}

/** Adds TLS to a server that has none, on a free port of the loopback interface. */
export async function openTlsProxy({
  target,
  certificate = 'server',
  asksClients = false,
}: TlsProxyOptions): Promise<TlsProxy> {
  const server = createServer(
    {
      cert: readFileSync(certificatePath(certificate)),
      key: readFileSync(certificatePath(certificate === 'expired' ? 'server' : certificate, 'key')),
      ca: readFileSync(certificatePath('ca')),
      requestCert: asksClients,
      rejectUnauthorized: asksClients,
    },
    (client) => {
      const upstream = connect(target);
      client.pipe(upstream).pipe(client);
      client.on('error', () => upstream.destroy()).on('close', () => upstream.destroy());
      upstream.on('error', () => client.destroy()).on('close', () => client.destroy());
    },
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      server.close();
      await once(server, 'close');
    },
  };
}
