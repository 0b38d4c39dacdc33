import { type ServerResponse, STATUS_CODES } from 'node:http';

/** What is wrong with a request to one of the command's own URLs. */
export class RequestRefusal extends Error {
  override readonly name = 'RequestRefusal';
  readonly status: number;
  /** A stable name in SCREAMING_SNAKE. */
  readonly code: string;

  constructor(status: number, code: string, detail: string) {
    super(detail);
    this.status = status;
    this.code = code;
  }
}

/** Answers with a refusal as the gateway answers problems (RFC 9457). */
export function sendRefusal(
  response: ServerResponse,
  { status, code, message: detail }: RequestRefusal,
): void {
  const problem = {
    type: `urn:restmapper:problem:${code}`,
    title: STATUS_CODES[status],
    status,
    detail,
    code,
  };
  response.writeHead(status, {
    'content-type': 'application/problem+json',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
  response.end(`${JSON.stringify(problem)}\n`);
}
