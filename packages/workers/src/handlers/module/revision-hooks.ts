import type { InitializeHook, ResolveHook } from 'node:module';
import type { MessagePort } from 'node:worker_threads';
import { plainUrl, revisedUrl } from './revised-url.ts';

/** The revision of each file that has one, by its URL. */
export type Revisions = ReadonlyMap<string, number>;

let revisions: Revisions = new Map();

/** Receives the revisions; acknowledges each message, so that no module is resolved before. */
export const initialize: InitializeHook<{ readonly port: MessagePort }> = ({ port }) => {
  port.on('message', (next: Revisions) => {
    revisions = next;
    port.postMessage('received');
  });
};

/** Lets a module import the current revision of each file. */
export const resolve: ResolveHook = async (specifier, context, nextResolve) => {
  const resolved = await nextResolve(specifier, context);
  return { ...resolved, url: revisedUrl(resolved.url, revisions.get(plainUrl(resolved.url))) };
};
