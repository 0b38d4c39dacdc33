import { readFileSync } from 'node:fs';
import { type ChannelModel, connect, credentials } from 'amqplib';
import { asError, within } from '@restmapper/core';
import { BusError } from '../../contract/errors.ts';
import { readBrokerTls } from './broker-tls.ts';
import { parseBrokerUrl } from './broker-url.ts';
import { openOwnChannel } from './own-channel.ts';
import { explainRefusal } from './refusal.ts';

/** A broker that accepts this user. */
export interface ProbedBroker {
  /** `amqp://host:port/vhost` without user and password. */
  readonly place: string;
  /** Such as `RabbitMQ`, as the broker says. */
  readonly product: string;
  readonly version: string;
  /** Why it blocks publishers, if an alarm is in force: memory or disk. */
  readonly blocked: string | undefined;
  /** Which of the wanted exchanges and queues do not exist, and which it refuses, with its reasons. */
  readonly missing: readonly string[];
  readonly refused: readonly string[];
}

export interface ProbeBrokerOptions {
  /** Looked up without being declared. */
  readonly exchanges?: readonly string[];
  readonly queues?: readonly string[];
  /** @default 5000 */
  readonly timeoutMs?: number;
}

/**
 * Connects to a broker once, and says what it is; changes nothing.
 *
 * A broker announces its alarms only to publishers, so one message is sent to a queue that does not exist.
 * @throws BusError BROKER_UNAVAILABLE with the reason.
 */
export async function probeBroker(url: string, options: ProbeBrokerOptions = {}): Promise<ProbedBroker> {
  const { timeoutMs = 5_000 } = options;
  const { place, connect: address, isEncrypted, tls, isExternal } = parseBrokerUrl(url);
  const life = new AbortController();
  const socket = {
    ...(isEncrypted && readBrokerTls(tls, (path) => readFileSync(path, 'utf8'))),
    ...(isExternal && { credentials: credentials.external() }),
    clientProperties: { connection_name: 'restmapper doctor' },
    timeout: timeoutMs,
    signal: life.signal,
  };
  try {
    const model = await within('it', connect(address, socket), { timeoutMs });
    model.on('error', () => {}); // Shows in the methods called on it.
    const found = await within('it', look(model, options), { timeoutMs });
    return { place, ...found };
  } catch (error) {
    throw new BusError('BROKER_UNAVAILABLE', `${place}: ${explainRefusal(asError(error)).message}`);
  } finally {
    life.abort();
  }
}

async function look(
  model: ChannelModel,
  { exchanges = [], queues = [] }: ProbeBrokerOptions,
): Promise<Omit<ProbedBroker, 'place'>> {
  const { product, version } = model.connection.serverProperties;
  const missing: string[] = [];
  const refused: string[] = [];
  const check = async (name: string, kind: 'exchange' | 'queue'): Promise<void> => {
    const channel = await openOwnChannel(model);
    const looking = kind === 'exchange' ? channel.checkExchange(name) : channel.checkQueue(name);
    const error = await looking.then(() => undefined, asError);
    if (!error) return channel.close();
    const isMissing = 'code' in error && error.code === 404;
    (isMissing ? missing : refused).push(isMissing ? `${kind} ${name}` : `${kind} ${name}: ${error.message}`);
  };
  for (const name of exchanges) await check(name, 'exchange');
  for (const name of queues) await check(name, 'queue');
  return {
    product,
    version,
    blocked: await findAlarm(model),
    missing,
    refused,
  };
}

/** A broker with an alarm reads nothing further from a connection that has published. */
async function findAlarm(model: ChannelModel): Promise<string | undefined> {
  const blocked = new Promise<string>((resolve) =>
    model.once('blocked', (reason) => resolve(String(reason))),
  );
  const channel = await openOwnChannel(model);
  channel.publish('', 'restmapper.doctor', Buffer.alloc(0));
  const answered = channel.checkExchange('').then(
    () => undefined,
    () => undefined,
  );
  return await Promise.race([blocked, answered]);
}
