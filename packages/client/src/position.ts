/** A place in a feed: `<epoch>:<offset>`, such as `1024.k3v9x2ab:1041`. The epoch names the stream. */
export interface Position {
  readonly epoch: string;
  readonly offset: number;
}

/** Splits a well-formed position. */
export function parsePosition(text: string): Position {
  const colon = text.lastIndexOf(':');
  return { epoch: text.slice(0, colon), offset: Number(text.slice(colon + 1)) };
}

export function formatPosition({ epoch, offset }: Position): string {
  return `${epoch}:${offset}`;
}
