import { expect } from 'chai';
import { FrameRing } from '../src/frame-ring.ts';

describe('FrameRing', () => {
  it('joins the frames from a position on', () => {
    const ring = createRing('a', 'bb', 'ccc');

    const chunk = ring.read(1, 100);

    expect(chunk.bytes.toString()).to.equal('bbccc');
    expect(chunk.next).to.equal(3);
  });

  it('gives as many frames as fit, and at least one', () => {
    const ring = createRing('aa', 'bb', 'ccccc');

    expect(ring.read(0, 4)).to.include({ from: 0, next: 2 });
    expect(ring.read(2, 4)).to.include({ from: 2, next: 3 });
  });

  it('gives readers at the same position the same bytes, until a frame is appended', () => {
    const ring = createRing('a', 'b');
    const first = ring.read(0, 100);

    const again = ring.read(0, 100);
    ring.append(Buffer.from('c'));
    const later = ring.read(0, 100);

    expect(again.bytes).to.equal(first.bytes);
    expect(later.bytes.toString()).to.equal('abc');
  });

  it('drops the oldest frame when there are too many', () => {
    const ring = createRing('a', 'b', 'c', 'd', 'e');

    expect([ring.first, ring.next]).to.deep.equal([1, 5]);
    expect(ring.read(1, 100).bytes.toString()).to.equal('bcde');
    expect(() => ring.read(0, 100)).to.throw(RangeError);
  });

  it('drops the oldest frames when they are too large together, but keeps the newest', () => {
    const ring = createRing('aaaa', 'bbbb', 'cccc');
    const firstOfThree = ring.first;

    ring.append(Buffer.alloc(50));

    expect(firstOfThree).to.equal(1);
    expect([ring.first, ring.next]).to.deep.equal([3, 4]);
    expect(ring.read(3, 1).bytes).to.have.length(50);
  });

  it('holds nothing at the position to come', () => {
    const ring = createRing('a');

    expect(() => ring.read(1, 100)).to.throw(RangeError);
  });
});

function createRing(...texts: string[]): FrameRing {
  const ring = new FrameRing({ maxFrames: 4, maxBytes: 10 });
  for (const text of texts) ring.append(Buffer.from(text));
  return ring;
}
