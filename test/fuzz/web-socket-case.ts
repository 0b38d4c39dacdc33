import { expect } from 'chai';
import { parseAnswers } from './answers.ts';
import { exchange } from './exchange.ts';
import type { Tally } from './outcomes.ts';

/** Codes with which the bridge may close (RFC 6455, section 7.4.1, and docs/live-updates.md). */
const closeCodes = new Set([1000, 1002, 1003, 1007, 1009, 4001, 4005, 4500, 4505, 4506]);

const patienceMs = 250;

export interface WebSocketCase {
  readonly handshake: Buffer;
  readonly frames: readonly Buffer[];
}

/** Opens a WebSocket and sends frames over it; fails when the answer is invalid. */
export async function speak(port: number, { handshake, frames }: WebSocketCase, tally: Tally): Promise<void> {
  const { text } = await exchange(port, [handshake, ...frames], { patienceMs });
  if (!text.startsWith('HTTP/1.1 101 ')) {
    const answers = parseAnswers(text);
    // The answer is lost if the connection is reset because of unread frames after the handshake.
    expect(['', '400']).to.include(answers.map(({ status }) => status).join());
    return tally.add('no handshake');
  }
  const code = closeCodeIn(Buffer.from(text.slice(text.indexOf('\r\n\r\n') + 4), 'latin1'));
  if (code !== undefined && !isEchoed(code, frames)) expect(closeCodes).to.include(code);
  tally.add(code === undefined ? '101' : `101, closed by ${code}`);
}

/** Whether the client itself closed with the code, or masked it so. @see RFC 6455, section 5.5.1 */
function isEchoed(code: number, frames: readonly Buffer[]): boolean {
  const bytes = Buffer.from([code >> 8, code & 0xff]);
  return frames.some((frame) => frame.includes(bytes));
}

/**
 * Parses the frames that a server sends over a WebSocket; returns the code of its close frame, if any.
 *
 * @throws Error when a frame is incomplete, or not one that a server may send.
 */
function closeCodeIn(bytes: Buffer): number | undefined {
  for (let at = 0; at < bytes.length; ) {
    const [first = 0, second = 0] = bytes.subarray(at, at + 2);
    const isKnown = [0x81, 0x88, 0x89, 0x8a].includes(first);
    if (!isKnown || second > 126) throw new Error(`no frame of a server's: ${first} ${second}`);
    const start = at + (second === 126 ? 4 : 2);
    const end = start + (second === 126 ? bytes.readUInt16BE(at + 2) : second);
    if (end > bytes.length) throw new Error('a frame is cut');
    if (first === 0x88) {
      if (end !== bytes.length) throw new Error('something follows the close frame');
      return end - start < 2 ? undefined : bytes.readUInt16BE(start);
    }
    at = end;
  }
  return undefined;
}
