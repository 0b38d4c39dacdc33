import { ConfigError } from '@restmapper/core';
import { type Feed, isOwn, type Model, nearest, type Source, sourcesOf } from '@restmapper/endpoints';
import { findEndpoint } from '@restmapper/host';

/** Where messages are read. */
export type TailSource =
  | { readonly kind: 'feed'; readonly feed: Feed; readonly notice?: string }
  | { readonly kind: 'exchange'; readonly source: Source };

export interface SourceOptions {
  /** A feed, an endpoint or an internal source. */
  readonly what: string | undefined;
  readonly hasBroker: boolean;
  /** Whether the messages begin in the past, which only a feed holds. */
  readonly needsPast: boolean;
}

/**
 * Chooses where to read messages: a feed by its name, a source on the broker, or its feed on the embedded bus.
 *
 * @throws ConfigError that says what there is.
 */
export function chooseSource(model: Model, { what, hasBroker, needsPast }: SourceOptions): TailSource {
  if (what === undefined) return { kind: 'feed', feed: onlyFeed(model) };
  const named = model.feeds.find(({ name }) => name === what);
  if (named) return { kind: 'feed', feed: named };
  const source = findSource(model, what);
  if (source.origin)
    throw new ConfigError(
      `the messages of ${source.key} come from another application, and are not shown; follow them there`,
    );
  if (!isOwn(source))
    throw new ConfigError(
      `the messages of ${source.key} go to another application, and are not shown; follow them there`,
    );
  if (hasBroker && !needsPast) return { kind: 'exchange', source };
  const feed = model.feeds.find(({ name }) => name === source.feed);
  const why = hasBroker ? 'only feeds hold earlier messages' : 'AMQP_URL is not set';
  if (feed) return { kind: 'feed', feed, notice: `${why}: following the feed ${feed.name} of ${source.key}` };
  throw new ConfigError(
    hasBroker
      ? `${why}, and ${source.key} has none; omit --last and --since`
      : `${source.key} has no feed, and the embedded bus exists only within the process of \`restmapper start\`: give it a \`feed\`, or set AMQP_URL`,
  );
}

/** @throws ConfigError */
function findSource(model: Model, what: string): Source {
  const named = sourcesOf(model).find(({ key }) => key === what);
  if (named) return named;
  if (!what.includes('/')) throw unknown(model, what);
  return findEndpoint(model, what).endpoint;
}

function onlyFeed({ feeds }: Model): Feed {
  const [feed, ...others] = feeds;
  if (feed && others.length === 0) return feed;
  if (!feed) throw new ConfigError('the file has no feed; name an endpoint, such as "POST /orders"');
  throw new ConfigError(
    `the file has several feeds: name one of ${feeds.map(({ name }) => name).join(', ')}`,
  );
}

function unknown({ feeds, internal }: Model, what: string): ConfigError {
  const names = [...feeds.map(({ name }) => name), ...internal.map(({ key }) => key)];
  const near = nearest(what, names);
  const hint = near === undefined ? `the file has ${names.join(', ') || 'none'}` : `did you mean ${near}?`;
  return new ConfigError(`${JSON.stringify(what)} is not a feed of this file; ${hint}`);
}
