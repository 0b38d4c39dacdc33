import { connect, type Socket } from 'node:net';
import { use } from '../../../../test/support/use.ts';

export interface RawConnection {
  readonly socket: Socket;
  /** Resolves, once the server has ended the connection, with everything that it sent. */
  readonly ended: Promise<string>;
}

/** Opens a connection for requests that no HTTP client would send. */
export function openRaw(port: number): RawConnection {
  const socket = use(connect(port, '127.0.0.1'), (socket) => socket.destroy());
  let received = '';
  socket.on('data', (chunk: Buffer) => {
    received += chunk.toString('latin1');
  });
  const ended = new Promise<string>((resolve, reject) => {
    socket.on('end', () => resolve(received));
    socket.on('error', reject);
  });
  return { socket, ended };
}

/** Writes a text as it is and resolves with the answer, once the server has ended the connection. */
export async function sendRaw(port: number, text: string): Promise<string> {
  const { socket, ended } = openRaw(port);
  socket.write(text, 'latin1');
  return ended;
}

/** The code of the problem in a raw answer. */
export function codeIn(answer: string): unknown {
  const { code } = JSON.parse(answer.slice(answer.indexOf('\r\n\r\n'))) as { code: unknown };
  return code;
}
