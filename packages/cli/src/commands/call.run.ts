import { explainConnection } from '@restmapper/bus';
import { ConfigError } from '@restmapper/core';
import {
  describeFileError,
  findEndpoint,
  formatCurl,
  type HttpCall,
  openModel,
  parseValue,
  prepareCall,
  type Terminal,
} from '@restmapper/host';
import type { FileCall } from '../command/cli-command.ts';
import { apiUrl } from '../command/start-url.ts';
import { describeFailure, printBody, printHead } from './call-answer.ts';
import { type Credentials, headersOf } from './call-headers.ts';

export interface CallCall extends FileCall, Credentials {
  readonly endpoint: string;
  readonly values: readonly string[];
  readonly query?: readonly string[];
  readonly data?: string;
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
  const { method, target, body, mistakes } = prepareCall(found, {
    values: call.values.map(parseValue),
    query: (call.query ?? []).map(parseValue),
    data: await readData(call),
  });
  if (check && mistakes.length > 0) {
    terminal.printError(`not sent, since ${found.endpoint.key} would refuse it:\n`);
    for (const mistake of mistakes) terminal.printError(`  ${mistake}\n`);
    return 1;
  }
  const { headers, variables } = headersOf(found.endpoint.access, model, {
    ...call,
    hasBody: body !== undefined,
  });
  const base = call.url ?? apiUrl(terminal);
  const request: HttpCall = { method, url: `${base.replace(/\/$/, '')}${target}`, headers, body };
  if (call.dryRun) {
    terminal.print(`${formatCurl(request, variables)}\n`);
    return 0;
  }
  return send(request, { ...call, timeoutMs: found.endpoint.delivery.timeoutMs + graceMs });
}

/** @throws ConfigError if the file cannot be read */
async function readData({ data, terminal }: CallCall): Promise<string | undefined> {
  if (data === '-') return terminal.readInput();
  if (!data?.startsWith('@')) return data;
  try {
    return terminal.readFile(data.slice(1));
  } catch (error) {
    throw new ConfigError(`--data ${data} cannot be read: ${describeFileError(error)}`);
  }
}

interface SendOptions {
  readonly terminal: Terminal;
  readonly include?: true;
  readonly timeoutMs: number;
}

async function send(request: HttpCall, { terminal, include, timeoutMs }: SendOptions): Promise<number> {
  const { method, url, headers, body } = request;
  try {
    const response = await fetch(url, {
      method,
      headers: headers.map(([name, value]) => [name, value] as [string, string]),
      ...(body !== undefined && { body }),
      // The credentials are for this server.
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    });
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
  if (error instanceof Error && error.name === 'TimeoutError') {
    return `no answer within ${timeoutMs / 1000} s; the call may still be processed`;
  }
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  const reason = explainConnection(cause) ?? (cause instanceof Error ? cause.message : String(cause));
  return `${reason}; start the API with \`restmapper start\`, or name its URL with --url`;
}
