import { connect } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';

export interface ExchangeOptions {
  /** How long the server may be silent before the connection is closed. */
  readonly patienceMs: number;
  /** How long to pause reading after each chunk. @default 0 */
  readonly readPauseMs?: number;
}

/** The bytes that a server sent over one connection. */
export interface Exchange {
  /** In Latin-1: one character per byte. */
  readonly text: string;
  /** Whether the server closed the connection, reset it, or fell silent. */
  readonly ending: 'closed' | 'reset' | 'silent';
}

/** Writes the pieces separately over a new connection, and reads until the server closes it. */
export async function exchange(
  port: number,
  pieces: readonly Buffer[],
  { patienceMs, readPauseMs = 0 }: ExchangeOptions,
): Promise<Exchange> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  let text = '';
  let ending: Exchange['ending'] = 'closed';
  socket.on('data', (bytes) => {
    text += bytes.toString('latin1');
    if (readPauseMs === 0) return;
    socket.pause();
    setTimeout(() => socket.resume(), readPauseMs);
  });
  socket.on('error', () => (ending = 'reset'));
  socket.setTimeout(patienceMs, () => {
    ending = 'silent';
    socket.destroy();
  });
  const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()));
  for (const piece of pieces) {
    socket.write(piece);
    await nextTurn();
  }
  await closed;
  return { text, ending };
}
