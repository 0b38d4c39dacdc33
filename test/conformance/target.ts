import { env } from 'node:process';

/** The server that the suite is pointed at; `run.ts` says which. */
export interface Target {
  /** Of the WebSocket, the events and the history, without a slash at its end. */
  readonly url: string;
  /** Where a POST of a JSON object becomes a message of the feed. */
  readonly messagesUrl: string;
  readonly feed: string;
}

export const target: Target = {
  url: required('CONFORMANCE_URL'),
  messagesUrl: required('CONFORMANCE_MESSAGES_URL'),
  feed: required('CONFORMANCE_FEED'),
};

function required(name: string): string {
  const value = env[name];
  if (!value)
    throw new Error(`${name} is not set: start the suite by npm run test:conformance -- --url <url>`);
  return value;
}
