import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';
import { ConfigError } from '@restmapper/core';

/**
 * Makes what tells the address of the one who called, for logs and limits.
 *
 * It is that of the connection, unless that comes from a trusted proxy: then it is the last address of
 * `X-Forwarded-For` that is not one of theirs. What a caller writes there itself stands before what the
 * proxies add, and is never reached.
 */
export function createClientAddress(trustedProxies: readonly string[]): (request: IncomingMessage) => string {
  const trusted = parseNetworks(trustedProxies);
  return ({ socket, headers }) => {
    let address = unmapped(socket.remoteAddress ?? '');
    const hops = String(headers['x-forwarded-for'] ?? '').split(',');
    while (isAmong(trusted, address)) {
      const hop = unmapped(hops.pop()?.trim() ?? '');
      if (isIP(hop) === 0) break;
      address = hop;
    }
    return address;
  };
}

/** Reads addresses and networks such as `10.0.0.0/8`. @throws ConfigError */
export function parseNetworks(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', prefix, ...rest] = network.split('/');
    const version = isIP(address);
    const bits = version === 6 ? 128 : 32;
    const length = prefix === undefined ? bits : Number(prefix);
    const isSound = version !== 0 && rest.length === 0 && /^\d{1,3}$/.test(prefix ?? '0') && length <= bits;
    if (!isSound) {
      throw new ConfigError(
        `TRUSTED_PROXIES must list addresses or networks such as 10.0.0.0/8, not ${JSON.stringify(network)}`,
      );
    }
    list.addSubnet(address, length, familyOf(version));
  }
  return list;
}

/** Whether an address is among those of {@link parseNetworks}. */
export function isAmong(networks: BlockList, address: string): boolean {
  const version = isIP(address);
  return version !== 0 && networks.check(address, familyOf(version));
}

function familyOf(version: number): 'ipv4' | 'ipv6' {
  return version === 6 ? 'ipv6' : 'ipv4';
}

/** The IPv4 address that a server sees as `::ffff:10.0.0.1`, because it listens on IPv6; any other as it is. */
export function unmapped(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, '');
}
