/** The parts of an amqplib connection that write its channels' frames; not its public API. */
interface Sender {
  readonly stream: { cork(): void; uncork(): void };
  /** Writes what the channels have buffered during the last turn of the event loop, channel by channel. */
  readonly muxer: { _readIncoming(): void };
}

/**
 * Makes an amqplib connection write the frames of all channels in one system call instead of one for each channel, such
 * as the replies of a worker and its acks.
 *
 * Leaves everything as it is if amqplib's internals are not as expected.
 */
export function sendTogether(connection: unknown): void {
  if (!isSender(connection)) return;
  const { stream, muxer } = connection;
  const write = muxer['_readIncoming'].bind(muxer);
  muxer['_readIncoming'] = () => {
    stream.cork();
    try {
      write();
    } finally {
      stream.uncork();
    }
  };
}

function isSender(connection: unknown): connection is Sender {
  if (typeof connection !== 'object' || connection === null) return false;
  const { stream, muxer } = connection as Partial<Sender>;
  return typeof stream?.cork === 'function' && typeof muxer?.['_readIncoming'] === 'function';
}
