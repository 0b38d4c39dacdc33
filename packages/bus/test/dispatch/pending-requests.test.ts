import { getEventListeners } from 'node:events';
import { expect } from 'chai';
import { use } from '../../../../test/support/use.ts';
import { BusError } from '../../src/contract/errors.ts';
import type { Reply } from '../../src/contract/message.ts';
import { PendingRequests } from '../../src/dispatch/pending-requests.ts';
import type { PendingRequestsOptions } from '../../src/dispatch/pending-requests.ts';
import { expectCode, failureOf, within } from '../contract/fixtures.ts';

const reply: Reply = { body: Buffer.from('{}'), status: 200 };

function createPending(options?: PendingRequestsOptions): PendingRequests {
  return use(new PendingRequests(options), (pending) => pending.failAll(new Error('the test is over')));
}

describe('the pending requests', () => {
  it('resolve the request that each reply answers', async () => {
    const pending = createPending();
    const [first, second] = [pending.add(within()), pending.add(within())];
    const other = { ...reply, status: 404 };

    pending.resolve(second.correlationId, other);
    pending.resolve(first.correlationId, reply);

    expect(await first.reply).to.equal(reply);
    expect(await second.reply).to.equal(other);
    expect(pending.size).to.equal(0);
    expect(pending.lateReplies).to.equal(0);
  });

  it('end with RPC_TIMEOUT at the deadline', async () => {
    const pending = createPending();

    await expectCode(pending.add(within(20)).reply, 'RPC_TIMEOUT');
    await expectCode(pending.add(within(-20)).reply, 'RPC_TIMEOUT');

    expect(pending.size).to.equal(0);
  });

  it('wait for a deadline that is farther away than a timer reaches', async () => {
    const pending = createPending();
    const { correlationId, reply: promise } = pending.add(within(2 ** 40));

    const early = await Promise.race([promise, new Promise((resolve) => setTimeout(resolve, 20, 'none'))]);
    pending.resolve(correlationId, reply);

    expect(early).to.equal('none');
    expect(await promise).to.equal(reply);
  });

  it('end with the reason of their signal', async () => {
    const pending = createPending();
    const { signal, abort } = createAbort();
    const answered = pending.add({ ...within(), signal });
    const failed = pending.add({ ...within(), signal });
    const aborted = pending.add({ ...within(), signal });
    const refused = new Error('refused');
    const reason = new Error('the client left');

    pending.resolve(answered.correlationId, reply);
    pending.fail(failed.correlationId, refused);
    abort(reason);

    expect(await answered.reply).to.equal(reply);
    expect(await failureOf(failed.reply)).to.equal(refused);
    expect(await failureOf(aborted.reply)).to.equal(reason);
    expect(pending.size).to.equal(0);
  });

  it('listen once to a signal that many of them share, one after the other', async () => {
    const pending = createPending();
    const { signal, abort } = createAbort();

    for (let i = 0; i < 100; i += 1) {
      const { correlationId } = pending.add({ ...within(), signal });
      pending.resolve(correlationId, reply);
    }
    const last = pending.add({ ...within(), signal });
    const listening = getEventListeners(signal, 'abort').length;
    abort(new Error('the client left'));

    expect(listening).to.equal(1);
    expect(await failureOf(last.reply)).to.be.an.instanceOf(Error);
    expect(getEventListeners(signal, 'abort')).to.deep.equal([]);
  });

  it('refuse a signal that has aborted', () => {
    const pending = createPending();
    const reason = new Error('the client left');

    expect(() => pending.add({ ...within(), signal: AbortSignal.abort(reason) })).to.throw(reason);
    expect(pending.size).to.equal(0);
  });

  it('count the replies that arrive after the end', async () => {
    const pending = createPending();
    const { correlationId, reply: promise } = pending.add(within());
    pending.fail(correlationId, new Error('over'));
    await failureOf(promise);

    pending.resolve(correlationId, reply);
    pending.resolve('never asked', reply);

    expect(pending.lateReplies).to.equal(2);
  });

  it('are limited to the maximum', () => {
    const pending = createPending({ max: 2 });
    pending.add(within());
    pending.add(within());

    expect(() => pending.add(within()))
      .to.throw(BusError)
      .with.property('code', 'OVERLOADED');
    expect(pending.size).to.equal(2);
  });

  it('report when none is left', async () => {
    const pending = createPending();
    await pending.whenIdle();
    const [first, second] = [pending.add(within()), pending.add(within())];
    let isIdle = false;
    const idle = pending.whenIdle().then(() => {
      isIdle = true;
    });

    pending.resolve(first.correlationId, reply);
    await first.reply;
    const before = isIdle;
    pending.failAll(new Error('closed'));
    await idle;

    expect(before).to.equal(false);
    expect(await failureOf(second.reply)).to.be.instanceOf(Error);
  });
});

function createAbort() {
  const controller = new AbortController();
  return { signal: controller.signal, abort: (reason: Error) => controller.abort(reason) };
}
