import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';
import { ConfigError } from '@restmapper/core';

/**
 * Creates the function that determines a client's address, for logs and limits.
 *
 * This is the connection's address, unless that is a trusted proxy: then it is the last address in
 * `X-Forwarded-For` that is not a trusted proxy. Entries written by a caller come before those added by
 * proxies, and are never used.
 */
export function createClientAddress(
  trustedProxies: readonly Network[],
): (request: IncomingMessage) => string {
  const isTrusted = createNetworkCheck(trustedProxies);
  return ({ socket, headers }) => {
    let address = unmapped(socket.remoteAddress ?? '');
    const hops = String(headers['x-forwarded-for'] ?? '').split(',');
    while (isTrusted(address)) {
      const hop = unmapped(hops.pop()?.trim() ?? '');
      if (isIP(hop) === 0) break;
      address = hop;
    }
    return address;
  };
}

/** An address, or all addresses with the same prefix. */
export interface Network {
  readonly address: string;
  readonly bits: number;
  readonly family: 'ipv4' | 'ipv6';
}

/** Parses addresses and networks such as `10.0.0.0/8`. @throws ConfigError */
export function parseNetworks(networks: readonly string[]): readonly Network[] {
  return networks.map((network) => {
    const [address = '', prefix, ...rest] = network.split('/');
    const version = isIP(address);
    const most = version === 6 ? 128 : 32;
    const bits = prefix === undefined ? most : Number(prefix);
    const isSound = version !== 0 && rest.length === 0 && /^\d{1,3}$/.test(prefix ?? '0') && bits <= most;
    if (isSound) return { address, bits, family: familyOf(version) };
    throw new ConfigError(
      `TRUSTED_PROXIES must list addresses or networks such as 10.0.0.0/8, not ${JSON.stringify(network)}`,
    );
  });
}

/** Creates the check whether an address is in one of the networks. */
export function createNetworkCheck(networks: readonly Network[]): (address: string) => boolean {
  const list = new BlockList();
  for (const { address, bits, family } of networks) list.addSubnet(address, bits, family);
  return (address) => {
    const version = isIP(address);
    return version !== 0 && list.check(address, familyOf(version));
  };
}

function familyOf(version: number): 'ipv4' | 'ipv6' {
  return version === 6 ? 'ipv6' : 'ipv4';
}

/**
 * The IPv4 address that a server sees as `::ffff:10.0.0.1`, because it listens on IPv6; any other address
 * unchanged.
 */
export function unmapped(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, '');
}
