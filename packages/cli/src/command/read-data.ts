import { ConfigError } from '@restmapper/core';
import { describeFileError, type Terminal } from '@restmapper/host';
import type { GivenData } from '@restmapper/host/services';

/**
 * Reads the body that `--data` names: text, `@file`, or `-` for standard input.
 *
 * @throws ConfigError if the file cannot be read.
 */
export async function readData(data: string | undefined, terminal: Terminal): Promise<GivenData | undefined> {
  if (data === undefined) return undefined;
  if (data === '-') return { bytes: await terminal.readInputBytes() };
  if (!data.startsWith('@')) return { bytes: Buffer.from(data) };
  const file = data.slice(1);
  try {
    return { bytes: terminal.readFileBytes(file), file };
  } catch (error) {
    throw new ConfigError(`--data ${data} cannot be read: ${describeFileError(error)}`);
  }
}
