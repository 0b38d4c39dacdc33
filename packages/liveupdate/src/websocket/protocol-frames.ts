import type { FrameForm } from '../feed/entry.ts';
import { encodeTextFrame } from '../feed/text-frame.ts';

/** What `liveupdate.v1.json` looks like on the wire. */
export const protocolForm: FrameForm = {
  name: 'protocol',
  message: ({ frame }) => frame,
  gap: (f, { from, to, why }) => encodeJsonFrame({ t: 'gap', f, from, to, why }),
  position: (feed, position) => encodeJsonFrame({ t: 'p', at: { [feed]: position } }),
};

/** A WebSocket without a subprotocol gets the data and nothing else. */
export const plainForm: FrameForm = {
  name: 'plain',
  message: ({ data }) => encodeTextFrame(data),
  gap: () => undefined,
  position: () => undefined,
};

export function encodeJsonFrame(message: object): Buffer {
  return encodeTextFrame(Buffer.from(JSON.stringify(message)));
}
