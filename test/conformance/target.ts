import { env } from 'node:process';

/** The server under test, named by `run.ts`. */
export interface Target {
  /** The base URL of WebSocket, events and history, without a trailing slash. */
  readonly url: string;
  /** The endpoint whose POSTs of JSON objects become messages of the feed. */
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
