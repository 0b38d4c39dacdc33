import { expect } from 'chai';
import type { RequestManyOptions } from '../../src/contract/bus.ts';
import { maxPartBytes } from '../../src/contract/message.ts';
import type { IncomingReply } from '../../src/dispatch/incoming-reply.ts';
import { ReplyStream } from '../../src/dispatch/reply-stream.ts';
import { expectCode, failureOf, within } from '../contract/fixtures.ts';

function createStream(options: Partial<RequestManyOptions> = {}) {
  const events: string[] = [];
  const stream = new ReplyStream({
    ...within(),
    idleMs: 5000,
    ...options,
    onStart: () => events.push('start'),
    onDetach: () => events.push('detach'),
    onEnd: () => events.push('end'),
  });
  let taken = 0;
  const receive = (incoming: IncomingReply): void => stream.receive(incoming, () => (taken += 1));
  return { stream, events, receive, taken: () => taken };
}

function reply(seq: IncomingReply['seq'], others: Partial<IncomingReply> = {}): IncomingReply {
  return {
    reply: { body: Buffer.from(`${seq}`), status: undefined },
    seq,
    hasMore: true,
    replyId: 'a',
    ...others,
  };
}

const end = (seq: number): IncomingReply =>
  reply(seq, { hasMore: false, reply: { body: Buffer.alloc(0), status: undefined, kind: 'value' } });

const text = ({ value }: IteratorResult<{ readonly body: Buffer }>): string => String(value?.body);

describe('the replies to a request', () => {
  it('are read in order, each taken when it is read, and then end', async () => {
    const { stream, events, receive, taken } = createStream();
    const first = stream.next();
    for (const incoming of [reply(0), reply(1), end(2)]) receive(incoming);
    const before = taken();

    const read = [text(await first), text(await stream.next())];

    expect(read).to.deep.equal(['0', '1']);
    expect([before, taken()]).to.deep.equal([2, 3]);
    expect(events).to.deep.equal(['start', 'detach']);
    expect(await stream.next()).to.deep.equal({ done: true, value: undefined });
    expect(events).to.deep.equal(['start', 'detach', 'end']);
  });

  it('may be waited for several times at once', async () => {
    const { stream, receive } = createStream();
    const waiting = [stream.next(), stream.next(), stream.next()];

    for (const incoming of [reply(0), reply(1), end(2)]) receive(incoming);

    expect((await Promise.all(waiting)).map(text)).to.deep.equal(['0', '1', 'undefined']);
  });

  it('end with a last one that has a body', async () => {
    const { stream, receive } = createStream();
    const first = stream.next();

    receive(reply(0, { hasMore: false }));

    expect(text(await first)).to.equal('0');
    expect(await stream.next()).to.have.property('done', true);
  });

  it('leave out duplicates, and those to another delivery of the request', async () => {
    const { stream, receive, taken } = createStream();
    void stream.next();

    const others = [reply(0), reply(1), end(1)].map((each) => ({ ...each, replyId: 'b' }));
    for (const incoming of [reply(0), reply(0), ...others, reply(1), reply(0), reply(1), end(2)])
      receive(incoming);

    expect(text(await stream.next())).to.equal('1');
    expect(await stream.next()).to.have.property('done', true);
    expect(taken()).to.equal(9);
  });

  for (const [what, wrong] of [
    ['one is missing', reply(2)],
    ['the end is early', end(2)],
    ['a number is invalid', reply('invalid')],
    ['one without a number follows', reply(undefined, { hasMore: false })],
    ['one is too long', reply(1, { reply: { body: Buffer.alloc(maxPartBytes + 1), status: undefined } })],
  ] as const) {
    it(`fail with BAD_REPLY after those before when ${what}`, async () => {
      const { stream, events, receive } = createStream();
      void stream.next();
      receive(reply(0));

      receive(wrong);

      expect(events).to.deep.equal(['start', 'detach']);
      await expectCode(stream.next(), 'BAD_REPLY');
      expect(await stream.next()).to.have.property('done', true);
      expect(events.at(-1)).to.equal('end');
    });
  }

  it('fail with WORKER_ERROR when the worker says so, whatever the number', async () => {
    const { stream, receive } = createStream();
    void stream.next();
    for (const incoming of [reply(0), reply(1)]) receive(incoming);

    receive(reply(1, { hasMore: false, reply: { body: Buffer.alloc(0), status: undefined, kind: 'error' } }));

    expect(text(await stream.next())).to.equal('1');
    await expectCode(stream.next(), 'WORKER_ERROR');
  });

  it('are dropped when the reader leaves them', async () => {
    const { stream, events, receive, taken } = createStream();
    void stream.next();
    for (const incoming of [reply(0), reply(1), reply(2)]) receive(incoming);

    await stream.return();

    expect(taken()).to.equal(3);
    expect(await stream.next()).to.have.property('done', true);
    expect(events).to.deep.equal(['start', 'detach', 'end']);
  });

  it('are dropped when the signal aborts, also after the last has come', async () => {
    const client = new AbortController();
    const { stream, events, receive, taken } = createStream({ signal: client.signal });
    void stream.next();
    for (const incoming of [reply(0), reply(1), end(2)]) receive(incoming);
    const reason = new Error('the client left');

    client.abort(reason);

    expect(await failureOf(stream.next())).to.equal(reason);
    expect(taken()).to.equal(3);
    expect(events).to.deep.equal(['start', 'detach', 'end']);
  });

  it('are waited for no longer than allowed, but may be read at any later time', async () => {
    const { stream, receive } = createStream({ idleMs: 30 });
    void stream.next();
    for (const incoming of [reply(0), reply(1)]) receive(incoming);
    await new Promise((resolve) => setTimeout(resolve, 60));

    expect(text(await stream.next())).to.equal('1');
    await expectCode(stream.next(), 'RPC_TIMEOUT');
  });
});
