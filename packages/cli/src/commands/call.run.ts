import { explainConnection } from '@restmapper/bus';
import { findEndpoint, openModel, parseValue, type Terminal } from '@restmapper/host';
import { formatCurl, type HttpCall, prepareCall, sendCall } from '@restmapper/host/services';
import type { FileCall } from '../command/cli-command.ts';
import { readData } from '../command/read-data.ts';
import { apiUrl } from '../command/start-url.ts';
import { describeFailure, printBody, printHead } from './call-answer.ts';
import { type Credentials, headersOf } from './call-headers.ts';

export interface CallCall extends FileCall, Credentials {
  readonly endpoint: string;
  readonly values: readonly string[];
  readonly query?: readonly string[];
  readonly data?: string;
  readonly type?: string;
  readonly header?: readonly string[];
  readonly url?: string;
  readonly include?: true;
  /** Whether values that the gateway would refuse are sent nevertheless. */
  readonly check: boolean;
  readonly dryRun?: true;
}

/** How long an answer may take beyond the endpoint's own timeout. */
const graceMs = 5_000;

/** Calls an endpoint; resolves with 0 if it is answered 2xx. @throws ConfigError */
export async function run(call: CallCall): Promise<number> {
  const { terminal, file, check } = call;
  const model = openModel(file, terminal.env);
  const found = findEndpoint(model, call.endpoint);
  const { headers: given, variables } = headersOf(found.endpoint.access, model, call);
  const data = await readData(call.data, terminal);
  const { method, target, headers, body, mistakes } = prepareCall(found, {
    values: call.values.map(parseValue),
    query: (call.query ?? []).map(parseValue),
    data,
    type: call.type,
    headers: given,
  });
  if (check && mistakes.length > 0) {
    terminal.printError(`not sent, since ${found.endpoint.key} would refuse it:\n`);
    for (const mistake of mistakes) terminal.printError(`  ${mistake}\n`);
    return 1;
  }
  const base = call.url ?? apiUrl(terminal);
  const request: HttpCall = { method, url: `${base.replace(/\/$/, '')}${target}`, headers, body };
  if (call.dryRun) {
    terminal.print(`${formatCurl(request, { variables, file: data?.file })}\n`);
    return 0;
  }
  return send(request, { ...call, timeoutMs: found.endpoint.delivery.timeoutMs + graceMs });
}

interface SendOptions {
  readonly terminal: Terminal;
  readonly include?: true;
  readonly timeoutMs: number;
}

async function send(request: HttpCall, { terminal, include, timeoutMs }: SendOptions): Promise<number> {
  const { method, url } = request;
  try {
    const response = await sendCall(request, AbortSignal.timeout(timeoutMs));
    if (include) printHead(response, terminal);
    if (response.ok || include) await printBody(response, terminal);
    else terminal.printError(describeFailure(response, await response.text()));
    return response.ok ? 0 : 1;
  } catch (error) {
    terminal.printError(`${method} ${url}: ${explain(error, timeoutMs)}\n`);
    return 1;
  }
}

function explain(error: unknown, timeoutMs: number): string {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  if (cause instanceof Error && cause.name === 'TimeoutError') {
    return `no answer within ${timeoutMs / 1000} s; the call may still be processed`;
  }
  const reason = explainConnection(cause) ?? (cause instanceof Error ? cause.message : String(cause));
  return `${reason}; start the API with \`restmapper start\`, or name its URL with --url`;
}
