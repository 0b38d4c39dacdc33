/** A message to be stored. */
export interface Row {
  /** A UUID. */
  readonly messageId: string;
  /** UTF-8, which PostgreSQL converts to jsonb. */
  readonly json: Buffer;
  /** The text of each further column of the table, in their order; `null` for NULL. @default none */
  readonly columns?: readonly (string | null)[];
}
