import { connect } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';

export interface ExchangeOptions {
  /** How long the server may say nothing before the connection is given up. */
  readonly patienceMs: number;
  /** How long to read nothing after each part that has come. @default 0 */
  readonly readPauseMs?: number;
}

/** What a server said over one connection. */
export interface Exchange {
  /** In Latin-1: a character for each byte. */
  readonly text: string;
  /** Whether the server ended the connection, or reset it, or it was given up. */
  readonly ending: 'closed' | 'reset' | 'silent';
}

/** Writes pieces over a connection of their own, each for itself, and listens until the server ends it. */
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
