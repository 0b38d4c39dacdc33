import { BusError, runTap, type TapNotice } from '@restmapper/bus';
import { type Feed, type Model, type Source, topologyOf } from '@restmapper/endpoints';
import { followFeed, FollowRefused, openModel, parseSettings, roles, version } from '@restmapper/host';
import type { FileCall } from '../command/cli-command.ts';
import { startUrl } from '../command/start-url.ts';
import { type Credentials, headersOf } from './call-headers.ts';
import { tailDeadLetters } from './tail-dead-letters.ts';
import { createPrinter, formatCopy, formatFollowed, type TailPrinter } from './tail-printer.ts';
import { chooseSource } from './tail-source.ts';

export interface TailCall extends FileCall, Credentials {
  readonly what?: string;
  readonly deadLetters?: true;
  readonly last?: number;
  readonly since?: string;
  readonly pretty?: boolean;
  readonly url?: string;
  readonly header?: readonly string[];
}

/** Prints messages until it is asked to stop, or its output has no reader. @throws ConfigError */
export async function run(call: TailCall): Promise<number> {
  const { terminal, pretty: isPretty = terminal.isTerminal } = call;
  const ending = new AbortController();
  const end = (): void => ending.abort();
  void terminal.stopRequested.then(end);
  const printer = createPrinter(terminal, { isPretty, onReaderLeft: end });
  const { signal } = ending;
  try {
    if (call.deadLetters) return await tailDeadLetters(call, { printer, signal });
    await tailMessages(call, { printer, signal });
    return 0;
  } catch (error) {
    if (!(error instanceof BusError) && !(error instanceof TailError)) throw error;
    terminal.printError(`${error.message}\n`);
    return 1;
  }
}

/** The messages cannot be followed. */
class TailError extends Error {
  override readonly name = 'TailError';
}

interface Tailing {
  readonly printer: TailPrinter;
  readonly signal: AbortSignal;
}

async function tailMessages(call: TailCall, tailing: Tailing): Promise<void> {
  const { terminal, file, what, last, since } = call;
  const { amqpUrls } = parseSettings(terminal.env, { role: roles.start, readFile: terminal.readFile });
  const model = openModel(file, terminal.env);
  const needsPast = last !== undefined || since !== undefined;
  const source = chooseSource(model, { what, hasBroker: amqpUrls.length > 0, needsPast });
  if (source.kind === 'exchange') return tailExchange(source.source, { ...tailing, model, urls: amqpUrls });
  if (source.notice !== undefined) tailing.printer.notice(source.notice);
  await tailFeed(source.feed, model, { ...call, ...tailing });
}

async function tailFeed(feed: Feed, model: Model, call: TailCall & Tailing): Promise<void> {
  const { terminal, printer, signal, last, since } = call;
  const url = call.url ?? startUrl(terminal);
  const { headers } = headersOf(feed.access, model, call);
  await followFeed({
    url,
    feed: feed.name,
    headers,
    last,
    since,
    signal,
    listener: (message) => printer.print(formatFollowed(message)),
    onNotice: printer.notice,
  }).catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    const advice = error instanceof FollowRefused ? '' : `; ${liveBridgeAdvice}`;
    throw new TailError(`the feed ${feed.name} cannot be followed at ${url}: ${reason}${advice}`);
  });
}

const liveBridgeAdvice =
  'run `restmapper start` or `restmapper live`, or name the URL of a live bridge with --url';

async function tailExchange(
  { exchange, delivery }: Source,
  { printer, signal, model, urls }: Tailing & { readonly model: Model; readonly urls: readonly string[] },
): Promise<void> {
  // Requests have the name of their queue as routing key.
  const bound = topologyOf(model).bindings.filter((binding) => binding.exchange === exchange);
  const keys = delivery.kind === 'rpc' ? bound.map(({ routingKey }) => routingKey) : [''];
  await runTap({
    urls,
    exchange,
    routingKeys: keys,
    name: `restmapper tail ${version}`,
    signal,
    listener: (message) => printer.print(formatCopy(message)),
    onNotice: (notice) => printer.notice(describeNotice(notice)),
  });
}

function describeNotice(notice: TapNotice): string {
  if (notice.kind === 'open') return 'following from now on';
  if (notice.kind === 'slow') return 'gap: messages were dropped, because this output is too slow';
  return `gap: ${notice.reason}; messages until the reconnect are missing`;
}
