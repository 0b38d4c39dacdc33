import { isUtf8 } from 'node:buffer';
import { decodeEnvelope, type Bus, type FeedMessage, type Log, type Subscription } from '@restmapper/bus';
import type { Feed } from '@restmapper/endpoints';

export interface FollowFeedOptions {
  readonly bus: Bus;
  readonly log: Log;
  /** Called with the `data` of each message, as the bytes it came in: valid UTF-8. */
  readonly onData: (data: Buffer) => void;
  /** Called for each message of which `data` cannot be had. */
  readonly onSkipped: () => void;
}

/** Follows a feed from now on; a message that is no envelope, as anyone may publish, is passed over. */
export function followFeed(feed: Feed, { bus, log, onData, onSkipped }: FollowFeedOptions): Subscription {
  const listener = (message: FeedMessage) => {
    let data: Buffer;
    try {
      data = readData(message);
    } catch (error) {
      log.debug({ err: error, feed: feed.name, offset: message.offset }, 'passed over a message');
      onSkipped();
      return;
    }
    onData(data);
  };
  return bus.follow(feed.queue, listener, { from: 'next' });
}

function readData({ body }: FeedMessage): Buffer {
  const { data } = decodeEnvelope(body);
  if (!isUtf8(data)) throw new SyntaxError('data is not UTF-8');
  return data;
}
