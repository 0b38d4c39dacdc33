import { until } from '../../../../test/support/until.ts';
import { type Client, type ClientOptions, openClient } from './open-live.ts';

/** What the server says: one object per frame. */
export type Said = Readonly<Record<string, unknown>>;

/** A client that speaks `liveupdate.v1.json`. */
export interface Speaker extends Client {
  /** What it received, of some kinds or of all. */
  said(...kinds: string[]): Said[];
  /** The offsets of the messages it got. */
  offsets(): unknown[];
  send(message: object): void;
  /** Subscribes to a feed; resolves with the answer. */
  subscribe(beginning?: object): Promise<Said>;
}

export async function openSpeaker(
  server: { readonly port: number },
  options: ClientOptions = {},
): Promise<Speaker> {
  const client = await openClient(server, { protocols: ['liveupdate.v1.json'], ...options });
  const parsed: Said[] = [];
  const all = (): Said[] => {
    while (parsed.length < client.received.length) {
      parsed.push(JSON.parse(client.received[parsed.length] ?? '') as Said);
    }
    return parsed;
  };
  const said = (...kinds: string[]): Said[] =>
    all().filter(({ t }) => kinds.length === 0 || kinds.includes(String(t)));
  const send = (message: object): void => client.ws.send(JSON.stringify(message));
  let id = 0;
  return {
    ...client,
    said,
    send,
    offsets: () => said('m').map(({ o }) => o),
    subscribe(beginning = {}) {
      id += 1;
      const asked = id;
      send({ t: 'sub', id: asked, feed: 'messages', ...beginning });
      return until(() => said('ok', 'err').find((answer) => answer['id'] === asked));
    },
  };
}
