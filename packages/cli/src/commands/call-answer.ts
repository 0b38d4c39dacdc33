import { isUtf8 } from 'node:buffer';
import { compactJson, isJsonType, parseMediaType } from '@restmapper/core';
import type { Terminal } from '@restmapper/host';

/** Larger answers are printed as they arrive. */
const maxPrettyBytes = 1_000_000;

/** Prints status and headers, as HTTP/1.1 does. */
export function printHead({ status, statusText, headers }: Response, { print }: Terminal): void {
  print(`HTTP/1.1 ${status} ${statusText}\n`);
  for (const [name, value] of headers) print(`${name}: ${value}\n`);
  print('\n');
}

/**
 * Prints the body.
 *
 * At a terminal, JSON that is not too long is indented, and bytes that are not text are not shown. Otherwise it is
 * written byte for byte, as it arrives.
 */
export async function printBody(response: Response, terminal: Terminal): Promise<void> {
  const type = response.headers.get('content-type') ?? '';
  const length = Number(response.headers.get('content-length') ?? Number.POSITIVE_INFINITY);
  const { essence = '' } = parseMediaType(type) ?? {};
  const isJson = isJsonType(essence);
  if (!terminal.isTerminal) return copyBody(response, terminal);
  if (length > maxPrettyBytes && (isJson || essence.startsWith('text/'))) return showText(response, terminal);
  const bytes = Buffer.from(await response.arrayBuffer());
  if (!isUtf8(bytes)) {
    const what = type === '' ? 'an unknown type' : type;
    terminal.printError(`the answer is ${bytes.length} bytes of ${what}; redirect the output to a file\n`);
    return;
  }
  if (bytes.length > 0) terminal.print(endLine(isJson ? indentJson(bytes.toString()) : bytes.toString()));
}

async function copyBody(response: Response, { print, printBytes }: Terminal): Promise<void> {
  if (!printBytes) return print(await response.text());
  for await (const chunk of response.body ?? []) printBytes(chunk);
}

async function showText(response: Response, { print }: Terminal): Promise<void> {
  const decoder = new TextDecoder();
  let last = '\n';
  for await (const chunk of response.body ?? []) {
    const text = decoder.decode(chunk, { stream: true });
    print(text);
    last = text.at(-1) ?? last;
  }
  if (last !== '\n') print('\n');
}

/** Indents JSON, unless its numbers or members would change. */
export function indentJson(json: string): string {
  try {
    const value: unknown = JSON.parse(json);
    const isExact = JSON.stringify(value) === compactJson(Buffer.from(json)).toString();
    return isExact ? JSON.stringify(value, undefined, 2) : json;
  } catch {
    return json;
  }
}

/** Describes an answer that is not a success: a problem in words, another body as it is. */
export function describeFailure({ status, statusText }: Response, body: string): string {
  const head = `${status} ${statusText}`.trim();
  const { detail, code, requestId, errors } = parseObject(body);
  if (typeof detail !== 'string') return endLine(`${head}${body === '' ? '' : `\n${body}`}`);
  const lines = Array.isArray(errors) ? errors.map(describeViolation) : [];
  const reason = typeof code === 'string' ? ` (${code})` : '';
  const id = typeof requestId === 'string' ? `\n  request ${requestId}` : '';
  return endLine(`${head}: ${detail}${reason}${lines.join('')}${id}`);
}

function describeViolation(error: unknown): string {
  const { pointer, detail } = Object(error) as JsonObject;
  return `\n  ${[pointer, detail].filter((text) => typeof text === 'string' && text !== '').join(' ')}`;
}

type JsonObject = Readonly<Record<string, unknown>>;

/** Empty if it is not a JSON object. */
function parseObject(json: string): JsonObject {
  try {
    return Object(JSON.parse(json)) as JsonObject;
  } catch {
    return {};
  }
}

function endLine(text: string): string {
  return text.endsWith('\n') ? text : `${text}\n`;
}
