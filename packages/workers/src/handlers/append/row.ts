/** A message to be stored. */
export interface Row {
  /** A UUID. */
  readonly messageId: string;
  /** UTF-8, which PostgreSQL converts to jsonb. */
  readonly json: Buffer;
}
