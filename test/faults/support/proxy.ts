import { openTcpProxy, type TcpProxy } from '../../support/tcp-proxy.ts';
import { use } from '../../support/use.ts';

/** A proxy that ends with the test, and the server's URL through it. */
export interface ServerProxy extends TcpProxy {
  readonly url: string;
}

/** Opens a proxy in front of a server on the loopback interface. */
export async function openProxyTo({ url }: { readonly url: string }): Promise<ServerProxy> {
  const through = new URL(url);
  const proxy = await openTcpProxy({ host: through.hostname, port: Number(through.port) });
  use(proxy, () => proxy.close());
  through.port = String(proxy.port);
  return Object.assign(proxy, { url: through.href });
}
