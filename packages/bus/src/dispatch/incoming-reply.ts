import type { Reply } from '../contract/message.ts';
import type { ReplyPart } from '../contract/reply-headers.ts';

/** One message of an answer, as it arrived. */
export interface IncomingReply extends ReplyPart {
  readonly reply: Reply;
}

/** Takes a message of an answer; `onTaken` is called once when it no longer occupies memory. */
export type ReceiveReply = (incoming: IncomingReply, onTaken: () => void) => void;
