import type { FrameForm } from '../feed/entry.ts';
import { encodeTextFrame } from '../feed/text-frame.ts';

/** The frames of `liveupdate.v1.json`. */
export const protocolForm: FrameForm = {
  name: 'protocol',
  message: ({ frame }) => frame,
  gap: (f, { from, to, why }) => encodeJsonFrame({ t: 'gap', f, from, to, why }),
  position: (feed, position) => encodeJsonFrame({ t: 'p', at: { [feed]: position } }),
};

/** The frames without a subprotocol: only the data. */
export const plainForm: FrameForm = {
  name: 'plain',
  message: ({ data }) => encodeTextFrame(data),
  gap: () => undefined,
  position: () => undefined,
};

export function encodeJsonFrame(message: object): Buffer {
  return encodeTextFrame(Buffer.from(JSON.stringify(message)));
}
