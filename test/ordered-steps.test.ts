import { expect } from 'chai';
import { findDisorder, type Step } from './support/ordered-steps.ts';

/** `7:begin:a1` is the begin of number 1 of member `a` in process 7. */
function toStep(text: string): Step {
  const [pid, edge, message = ''] = text.split(':');
  return {
    pid: Number(pid),
    edge: edge === 'end' ? 'end' : 'begin',
    member: message.slice(0, 1),
    number: Number(message.slice(1)),
  };
}

const faultsOf = (texts: string, ...killed: number[]): string[] =>
  findDisorder(texts.split(' ').map(toStep), new Set(killed));

describe('what processes did in order', () => {
  it('is one message of a member after the other, and several members at once', () => {
    expect(faultsOf('7:begin:a1 8:begin:b1 7:end:a1 8:begin:a2 8:end:b1 8:end:a2 7:begin:b2')).to.deep.equal(
      [],
    );
  });

  it('is not two messages of a member at once, nor a message after a later one, nor one left out', () => {
    expect(faultsOf('7:begin:a1 8:begin:a2')).to.deep.equal(['a/2 in 8 beside a/1 in 7']);
    expect(faultsOf('7:begin:a2 7:end:a2 8:begin:a1')).to.deep.equal(['a/1 in 8 after a/2 in 7']);
    expect(faultsOf('7:begin:a1 7:end:a1 7:begin:a3')).to.deep.equal(['a/3 in 7 after a/1 in 7']);
  });

  it('may be repeated by another process when one was killed', () => {
    expect(faultsOf('7:begin:a1 7:end:a1 7:begin:a2 8:begin:a1 8:end:a1 8:begin:a2', 7)).to.deep.equal([]);
    expect(faultsOf('7:begin:a1 7:end:a1 8:begin:a1')).to.deep.equal(['a/1 in 8 after a/1 in 7']);
  });
});
