import { type Bus, BusError, explainConnection, openAmqpBus } from '@restmapper/bus';
import { pause, silentLog } from '@restmapper/core';
import type { Access, Model } from '@restmapper/endpoints';
import {
  describeTarget,
  findInput,
  inputTarget,
  type InputTarget,
  openModel,
  parseHeader,
  parseSettings,
  roles,
  sendToInput,
  topologyOfTarget,
} from '@restmapper/host';
import type { FileCall } from '../command/cli-command.ts';
import { untilUp } from '../command/open-bus.ts';
import { readData } from '../command/read-data.ts';
import { startUrl } from '../command/start-url.ts';
import { describeFailure } from './call-answer.ts';
import { type Credentials, headersOf } from './call-headers.ts';

export interface SendCall extends FileCall, Credentials {
  readonly input: string;
  readonly key?: string;
  readonly data?: string;
  readonly header?: readonly string[];
  readonly id?: string;
  readonly url?: string;
}

interface Sending {
  readonly call: SendCall;
  readonly model: Model;
  readonly target: InputTarget;
  readonly body: Buffer;
}

/** Sends a message to an input; resolves with 0 if a queue has it. @throws ConfigError */
export async function run(call: SendCall): Promise<number> {
  const { terminal, file } = call;
  const model = openModel(file, terminal.env);
  const target = inputTarget(findInput(model, call.input), call.key);
  const { amqpUrls } = parseSettings(terminal.env, { role: roles.start, readFile: terminal.readFile });
  for (const header of call.header ?? []) parseHeader(header);
  const { bytes: body = Buffer.alloc(0) } = (await readData(call.data ?? '-', terminal)) ?? {};
  const sending = { call, model, target, body };
  const isByBroker = amqpUrls.length > 0 && call.url === undefined;
  const failure = isByBroker ? await sendToBroker(sending, amqpUrls) : await sendToProcess(sending);
  if (failure === undefined) return 0;
  terminal.printError(`${failure}\n`);
  return 1;
}

/** Returns why it failed. */
async function sendToBroker(
  { call, target, body }: Sending,
  urls: readonly string[],
): Promise<string | undefined> {
  const { terminal, id, header = [] } = call;
  const topology = topologyOfTarget(target);
  const { exchange, routingKey } = target;
  const use = { exchanges: [exchange].filter(Boolean), queues: [], requested: exchange ? [] : [routingKey] };
  const bus = openAmqpBus({ urls, topology, use, name: 'restmapper send', log: silentLog });
  try {
    await untilUp(bus);
    await untilLookedUp(bus);
    const headers = Object.fromEntries(header.map(parseHeader));
    const sent = await sendToInput(bus, target, { body, id, headers });
    terminal.print(`sent ${sent} to ${describeTarget(target)}\n`);
    return undefined;
  } catch (error) {
    if (!(error instanceof BusError || error instanceof TypeError)) throw error;
    return `not sent: ${error.message}`;
  } finally {
    await bus.close();
  }
}

/** How long the broker may take to say whether the exchange or the queue exists. */
const lookUpMs = 5_000;

async function untilLookedUp(bus: Bus): Promise<void> {
  const signal = AbortSignal.timeout(lookUpMs);
  const isUnknown = (): boolean =>
    bus.unavailable.some(({ reason }) => reason.endsWith('is being looked up'));
  while (isUnknown() && !signal.aborted) await pause(20, signal);
}

/** How long `restmapper start` may take to answer. */
const answerMs = 15_000;

/** Returns why it failed. */
async function sendToProcess({ call, model, body }: Sending): Promise<string | undefined> {
  const { terminal, input, key, header = [], id } = call;
  const base = call.url ?? startUrl(terminal);
  const url = new URL(`/system/v1/inputs/${encodeURIComponent(input)}`, base);
  if (key !== undefined) url.searchParams.set('key', key);
  if (id !== undefined) url.searchParams.set('id', id);
  for (const each of header) url.searchParams.append('header', each);
  const { headers } = headersOf(accessOf(model), model, { ...call, header: [] });
  const type = ['content-type', 'application/octet-stream'] as const;
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: [...headers, type].map(([name, value]) => [name, value]),
      body: new Uint8Array(body),
      redirect: 'error',
      signal: AbortSignal.timeout(answerMs),
    });
    if (!response.ok) return describeFailure(response, await response.text()).trimEnd();
    const { id: sent, to } = (await response.json()) as { readonly id: string; readonly to: string };
    terminal.print(`sent ${sent} to ${to}\n`);
    return undefined;
  } catch (error) {
    const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
    const reason = explainConnection(cause) ?? (cause instanceof Error ? cause.message : String(cause));
    return `${url.origin}: ${reason}; start the system with \`restmapper start\`, or set AMQP_URL`;
  }
}

/** As of the state of the system: by the default schemes. */
function accessOf({ auth }: Model): Access {
  return auth ? { kind: 'protected', schemes: auth.default, scopes: ['inputs:write'] } : { kind: 'public' };
}
