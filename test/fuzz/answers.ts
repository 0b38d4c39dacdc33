/** One answer as received. */
export interface Answer {
  readonly status: number;
  /** By their names in lower case; the last of several. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

export interface AnswersOptions {
  /** The methods of the requests, in order: an answer to HEAD has no body. */
  readonly methods?: readonly string[];
}

const lineEnd = '\r\n';
const statusLine = /^HTTP\/1\.1 (\d{3}) [ -~]+$/;
const headerLine = /^([!#$%&'*+.^_`|~\w-]+): ?([\t -~]*)$/;

/**
 * Parses the answers that a server sent over a connection, without interim ones.
 *
 * @throws Error if one of them is incomplete or malformed (RFC 9112).
 */
export function parseAnswers(text: string, { methods = [] }: AnswersOptions = {}): readonly Answer[] {
  const answers: Answer[] = [];
  let at = 0;
  while (at < text.length) {
    const headEnd = text.indexOf(lineEnd + lineEnd, at);
    if (headEnd === -1) throw new Error(`no end of headers: ${excerpt(text, at)}`);
    const { status, headers } = parseHead(text.slice(at, headEnd));
    at = headEnd + 2 * lineEnd.length;
    if (status < 200) continue;
    // A server that could not parse the headers of a HEAD request does not know its method.
    const isHead = methods[answers.length] === 'HEAD' && text[at] !== '{';
    const hasBody = status !== 204 && status !== 304 && !isHead;
    const { body, end } = hasBody ? readBody(text, at, headers) : { body: '', end: at };
    answers.push({ status, headers, body });
    at = end;
  }
  return answers;
}

function parseHead(head: string): Pick<Answer, 'status' | 'headers'> {
  const [first = '', ...lines] = head.split(lineEnd);
  const [, status] = statusLine.exec(first) ?? [];
  if (status === undefined) throw new Error(`no status line: ${excerpt(first, 0)}`);
  const headers = new Map<string, string>();
  for (const line of lines) {
    const [, name, value = ''] = headerLine.exec(line) ?? [];
    if (name === undefined) throw new Error(`no header: ${excerpt(line, 0)}`);
    headers.set(name.toLowerCase(), value);
  }
  return { status: Number(status), headers };
}

interface ReadBody {
  readonly body: string;
  readonly end: number;
}

function readBody(text: string, at: number, headers: Answer['headers']): ReadBody {
  if (headers.get('transfer-encoding') === 'chunked') return readChunks(text, at);
  const length = headers.get('content-length');
  if (length === undefined || !/^\d+$/.test(length)) throw new Error('an answer of unknown length');
  const end = at + Number(length);
  if (end > text.length) throw new Error(`a body of ${length} bytes is cut: ${excerpt(text, at)}`);
  return { body: text.slice(at, end), end };
}

function readChunks(text: string, from: number): ReadBody {
  let body = '';
  for (let at = from; ; ) {
    const sizeEnd = text.indexOf(lineEnd, at);
    const size = Number.parseInt(text.slice(at, sizeEnd), 16);
    if (sizeEnd === -1 || Number.isNaN(size)) throw new Error(`no chunk: ${excerpt(text, at)}`);
    const start = sizeEnd + lineEnd.length;
    const end = start + size + lineEnd.length;
    if (end > text.length) throw new Error(`a chunk of ${size} bytes is cut: ${excerpt(text, at)}`);
    if (size === 0) return { body, end };
    body += text.slice(start, start + size);
    at = end;
  }
}

function excerpt(text: string, at: number): string {
  return JSON.stringify(text.slice(at, at + 200));
}
