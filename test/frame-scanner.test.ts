import { expect } from 'chai';
import { FrameScanner } from './support/frame-scanner.ts';

function frameOf(payloadBytes: number): Buffer {
  const frame = Buffer.alloc(7 + payloadBytes + 1, 0xce);
  frame.writeUInt8(1, 0);
  frame.writeUInt16BE(3, 1);
  frame.writeUInt32BE(payloadBytes, 3);
  return frame;
}

const greeting = Buffer.from('AMQP\0\0\x09\x01');
const frames = [greeting, frameOf(0), frameOf(300), frameOf(4)];
const sent = Buffer.concat(frames);
const allEnds = [8, 16, 324, 336];

describe('the frame scanner', () => {
  it('finds the ends of the greeting and of every frame', () => {
    expect(new FrameScanner().ends(sent)).to.deep.equal(allEnds);
  });

  it('finds the same ends however the bytes are split', () => {
    for (const size of [1, 2, 6, 7, 8, 9, 200]) {
      const scanner = new FrameScanner();
      const ends: number[] = [];
      for (let at = 0; at < sent.length; at += size) {
        ends.push(...scanner.ends(sent.subarray(at, at + size)).map((end) => at + end));
      }
      expect(ends, `pieces of ${size}`).to.deep.equal(allEnds);
    }
  });
});
