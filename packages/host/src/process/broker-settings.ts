import { parseBrokerUrl, readBrokerTls, splitBrokerUrls } from '@restmapper/bus';
import { ConfigError } from '@restmapper/core';

/**
 * Reads `AMQP_URL`: the URLs of a cluster's nodes, separated by commas.
 *
 * It also reads the files that they name, as a missing one would prevent every connection.
 * @throws ConfigError without user and password.
 */
export function parseAmqpUrls(value: string, readFile: (path: string) => string): readonly string[] {
  const urls = splitBrokerUrls(value);
  for (const url of urls) {
    try {
      const { isEncrypted, tls } = parseBrokerUrl(url);
      if (isEncrypted) readBrokerTls(tls, readFile);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      throw new ConfigError(`AMQP_URL${error instanceof SyntaxError ? '' : ':'} ${error.message}`);
    }
  }
  return urls;
}
