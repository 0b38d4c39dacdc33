/** A run of a prepared statement. */
export interface StatementRun {
  readonly name: string;
  /** Text, or bytes in PostgreSQL's binary format. */
  readonly values: readonly (string | Buffer | null)[];
  /** Whether its columns are known. */
  readonly isDescribed: boolean;
}

const describePortal = Buffer.from('D\0\0\0\x06P\0', 'latin1');
const execute = Buffer.from('E\0\0\0\x09\0\0\0\0\0', 'latin1');
const sync = Buffer.from('S\0\0\0\x04', 'latin1');
const executeAndSync = Buffer.concat([execute, sync]);
const describeExecuteAndSync = Buffer.concat([describePortal, execute, sync]);

/**
 * Encodes what PostgreSQL is sent to run a prepared statement, in one buffer: Bind, Describe unless its columns are
 * known, Execute, Sync.
 *
 * @see https://www.postgresql.org/docs/current/protocol-message-formats.html
 */
export function encodeRun({ name, values, isDescribed }: StatementRun): Buffer {
  const rest = isDescribed ? executeAndSync : describeExecuteAndSync;
  const lengths = values.map(lengthOf);
  const valueBytes = lengths.reduce((sum, length) => sum + 4 + Math.max(0, length), 0);
  const nameBytes = Buffer.byteLength(name);
  // Without the kind: the length, two names and their ends, formats, values, and the format of the columns.
  const bindLength = 4 + 1 + nameBytes + 1 + 2 + 2 * values.length + 2 + valueBytes + 2;
  const bytes = Buffer.allocUnsafe(1 + bindLength + rest.length);
  let at = bytes.writeUInt8(0x42, 0); // B
  at = bytes.writeInt32BE(bindLength, at);
  at = bytes.writeUInt8(0, at);
  at += bytes.write(name, at);
  at = bytes.writeUInt8(0, at);
  at = bytes.writeUInt16BE(values.length, at);
  for (const value of values) at = bytes.writeUInt16BE(Buffer.isBuffer(value) ? 1 : 0, at);
  at = bytes.writeUInt16BE(values.length, at);
  for (const [place, value] of values.entries()) {
    at = bytes.writeInt32BE(lengths[place] ?? -1, at);
    if (typeof value === 'string') at += bytes.write(value, at);
    else if (value) at += value.copy(bytes, at);
  }
  at = bytes.writeUInt16BE(0, at);
  rest.copy(bytes, at);
  return bytes;
}

/** -1 for NULL. */
function lengthOf(value: string | Buffer | null): number {
  if (value === null) return -1;
  return typeof value === 'string' ? Buffer.byteLength(value) : value.length;
}
