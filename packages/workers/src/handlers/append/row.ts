/** A message to be stored. */
export interface Row {
  /** A UUID. */
  readonly messageId: string;
  /** UTF-8, of which PostgreSQL makes jsonb. */
  readonly json: Buffer;
}
