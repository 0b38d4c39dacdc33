import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { PoolClient } from 'pg';

/** The code of a CancelRequest, in place of a protocol version. */
const cancelCode = 80_877_102;
const timeoutMs = 2_000;

/** What a client has in `pg`, but not in its types. */
interface Connected {
  readonly host: string;
  readonly port: number;
  readonly processID: number;
  readonly secretKey: number;
}

/**
 * Asks the server to cancel the running statement of a connection; resolves when it has read that, or cannot be reached.
 *
 * @see https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-CANCELING-REQUESTS
 */
export async function cancelStatement(client: PoolClient): Promise<void> {
  const { processID, secretKey, ...address } = client as unknown as Connected;
  const request = Buffer.alloc(16);
  [request.length, cancelCode, processID, secretKey].forEach((value, place) =>
    request.writeInt32BE(value, place * 4),
  );
  const socket = open(address);
  socket.setTimeout(timeoutMs, () => socket.destroy());
  socket.on('error', () => {});
  // The server closes it; a pooler ignores a request whose sender has closed its end.
  socket.resume().write(request);
  await once(socket, 'close').catch(() => undefined);
}

function open({ host, port }: Pick<Connected, 'host' | 'port'>): Socket {
  return host.startsWith('/') ? connect(`${host}/.s.PGSQL.${port}`) : connect(port, host);
}
