/** The server refused a subscription, or the connection permanently. */
export class LiveError extends Error {
  override readonly name = 'LiveError';
  /** The error code, such as `FORBIDDEN`, or the WebSocket close code, such as `4502`. */
  readonly code: string | number;

  constructor(code: string | number, message: string) {
    super(message);
    this.code = code;
  }
}
