import type { Duplex } from 'node:stream';
import { expect } from 'chai';
import { openAmqp } from '../../../../../test/support/amqp.ts';
import { until } from '../../../../../test/support/until.ts';
import { use } from '../../../../../test/support/use.ts';
import { sendTogether } from '../../../src/amqp/fast-path/send-together.ts';

describe('sendTogether', () => {
  it('writes what several channels send in one turn at once, and loses nothing', async () => {
    const model = use(await openAmqp(), (model) => model.close());
    const channels = [await model.createChannel(), await model.createChannel(), await model.createChannel()];
    const [first] = channels;
    const queue = (await first?.assertQueue('', { exclusive: true }))?.queue ?? '';
    sendTogether(model.connection);
    const writes = countWrites(model.connection);

    for (const channel of channels) channel.sendToQueue(queue, Buffer.from('1'));
    await until(() => writes().chunks === channels.length);
    const before = writes();
    for (const channel of channels) channel.sendToQueue(queue, Buffer.alloc(100_000));
    await until(async () => (await first?.checkQueue(queue))?.messageCount === 2 * channels.length);

    expect(before).to.deep.equal({ calls: 1, chunks: channels.length });
  });

  it('leaves a connection alone that is not built as expected', () => {
    const connection = { muxer: {} };

    sendTogether(connection);

    expect(connection).to.deep.equal({ muxer: {} });
  });
});

/** Counts the system calls of a connection, and what they write. */
function countWrites(connection: unknown): () => { calls: number; chunks: number } {
  const { stream } = connection as { readonly stream: Duplex };
  const counts = { calls: 0, chunks: 0 };
  const count = (chunks: number): void => {
    counts.calls += 1;
    counts.chunks += chunks;
  };
  const { _write: write, _writev: writev } = stream;
  stream['_write'] = function (...args) {
    count(1);
    write.apply(this, args);
  };
  stream['_writev'] = function (...args) {
    count(args[0].length);
    writev?.apply(this, args);
  };
  return () => ({ ...counts });
}
