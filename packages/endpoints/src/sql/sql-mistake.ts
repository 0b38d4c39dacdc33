/** A mistake in a text of SQL. */
export interface SqlMistake {
  readonly message: string;
  /** Where, in characters of the text. */
  readonly place: number;
}

export function isSqlMistake(value: object): value is SqlMistake {
  return 'message' in value;
}
