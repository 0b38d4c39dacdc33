import type { EndpointDelivery } from '@restmapper/endpoints';
import type { GatewayContext } from './gateway-context.ts';
import { type Answer, emptyAnswer } from './reply-reader.ts';

/** The header with the id of an accepted message. */
export const messageIdHeader = 'x-message-id';

/** Answers a call whose message was accepted. */
export type Accept = (context: GatewayContext, messageId: string) => Answer;

/** Creates the answers of an endpoint without a reply: `{}`, or `{"id":"…"}` where the file wants the id. */
export function createAccept(status: number, { answersId }: EndpointDelivery): Accept {
  const empty = emptyAnswer(status);
  const hasId = answersId === true && empty.body !== undefined;
  return (context, messageId) => {
    context.set(messageIdHeader, messageId);
    return hasId ? { status, body: `{"id":"${messageId}"}` } : empty;
  };
}
