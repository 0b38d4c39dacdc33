import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

const headerBytes = 12;
const typeA = 1;
const noError = 0;
const noSuchName = 3;

/** The IPv4 addresses behind each name. */
export type Names = ReadonlyMap<string, readonly string[]>;

/** A DNS server on the loopback interface, like the one in containers. */
export interface NameServer {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Opens a server that reads the map for each query, so that a test adds and removes replicas by changing
 * the map.
 *
 * @see RFC 1035, section 4
 */
export async function openNameServer(names: Names): Promise<NameServer> {
  const socket = createSocket('udp4');
  socket.on('message', (query, { address, port }) => socket.send(answer(query, names), port, address));
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port }: AddressInfo = socket.address();
  return {
    port,
    async close() {
      socket.close();
      await once(socket, 'close');
    },
  };
}

function answer(query: Buffer, names: Names): Buffer {
  const { name, end } = readName(query);
  const type = query.readUInt16BE(end);
  const known = names.get(name);
  const addresses = type === typeA ? (known ?? []) : [];
  const header = Buffer.from(query.subarray(0, headerBytes));
  // A response; recursion is desired and available.
  header.writeUInt16BE(0x8180 + (known ? noError : noSuchName), 2);
  header.writeUInt16BE(addresses.length, 6);
  header.writeUInt32BE(0, 8);
  const question = query.subarray(headerBytes, end + 4);
  return Buffer.concat([header, question, ...addresses.map(encodeAddress)]);
}

function readName(query: Buffer): { readonly name: string; readonly end: number } {
  const labels: string[] = [];
  let at = headerBytes;
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join('.'), end: at + 1 };
}

/** A record that refers to the name in the question, with a TTL of ten minutes, like Docker's. */
function encodeAddress(address: string): Buffer {
  const record = Buffer.from('c00c00010001000002580004', 'hex');
  return Buffer.concat([record, Buffer.from(address.split('.').map(Number))]);
}
