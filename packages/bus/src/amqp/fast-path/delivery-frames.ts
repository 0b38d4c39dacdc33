import { RecentText } from './recent-text.ts';

/** The fields of `basic.deliver`, as amqplib represents them. */
export interface DeliverFields {
  readonly consumerTag: string;
  readonly deliveryTag: number;
  readonly redelivered: boolean;
  readonly exchange: string;
  readonly routingKey: string;
}

/** The fields of `basic.ack`, as amqplib represents them. */
export interface AckFields {
  readonly deliveryTag: number;
  readonly multiple: boolean;
}

const basicDeliver = (60 << 16) | 60;
const basicAck = (60 << 16) | 80;

/** Where the payload of a method begins. */
interface MethodPlace {
  readonly channel: number;
  readonly start: number;
}

type HeaderValue = string | number | boolean;

/**
 * Parses the frames of deliveries and confirms.
 *
 * Consecutive deliveries are very similar, which the parser exploits. Offsets are within a frame's payload; a
 * payload of a wrong length yields garbage, not an error.
 * @see https://www.rabbitmq.com/resources/specs/amqp0-9-1.pdf sections 4.2.3 to 4.2.6
 */
export class DeliveryFrames {
  readonly #consumerTag = new RecentText();
  readonly #exchange = new RecentText();
  readonly #routingKey = new RecentText();
  readonly #contentType = new RecentText();
  readonly #type = new RecentText();
  readonly #replyTo = new RecentText();
  readonly #names: RecentText[] = [];
  #bytes: Buffer = Buffer.alloc(0);
  #at = 0;

  /** `basic.deliver` or `basic.ack`; `undefined` for other methods. */
  readMethod(bytes: Buffer, { channel, start }: MethodPlace): object | undefined {
    const id = bytes.readUInt32BE(start);
    this.#bytes = bytes;
    this.#at = start + 4;
    if (id === basicDeliver) return { id, channel, fields: this.#readDeliver() };
    return id === basicAck ? { id, channel, fields: this.#readAck() } : undefined;
  }

  #readDeliver(): DeliverFields {
    const consumerTag = this.#readShort(this.#consumerTag);
    const deliveryTag = this.#readLongLong();
    const redelivered = (this.#readByte() & 1) === 1;
    const exchange = this.#readShort(this.#exchange);
    const routingKey = this.#readShort(this.#routingKey);
    return { consumerTag, deliveryTag, redelivered, exchange, routingKey };
  }

  #readAck(): AckFields {
    return { deliveryTag: this.#readLongLong(), multiple: (this.#readByte() & 1) === 1 };
  }

  /** The property flags and the properties; `undefined` if there are headers of rare types. */
  readProperties(bytes: Buffer, start: number): object | undefined {
    this.#bytes = bytes;
    this.#at = start + 2;
    const flags = bytes.readUInt16BE(start);
    if (flags === 0) return {};
    const contentType = flags & 0x8000 ? this.#readShort(this.#contentType) : undefined;
    const contentEncoding = flags & 0x4000 ? this.#readShort() : undefined;
    const headers = flags & 0x2000 ? this.#readTable() : undefined;
    if (flags & 0x2000 && !headers) return undefined;
    return {
      contentType,
      contentEncoding,
      headers,
      deliveryMode: flags & 0x1000 ? this.#readByte() : undefined,
      priority: flags & 0x0800 ? this.#readByte() : undefined,
      correlationId: flags & 0x0400 ? this.#readShort() : undefined,
      replyTo: flags & 0x0200 ? this.#readShort(this.#replyTo) : undefined,
      expiration: flags & 0x0100 ? this.#readShort() : undefined,
      messageId: flags & 0x0080 ? this.#readShort() : undefined,
      timestamp: flags & 0x0040 ? this.#readLongLong() : undefined,
      type: flags & 0x0020 ? this.#readShort(this.#type) : undefined,
      userId: flags & 0x0010 ? this.#readShort() : undefined,
      appId: flags & 0x0008 ? this.#readShort() : undefined,
      clusterId: flags & 0x0004 ? this.#readShort() : undefined,
    };
  }

  #readTable(): Record<string, HeaderValue> | undefined {
    const end = this.#readLong() + this.#at;
    const table: Record<string, HeaderValue> = {};
    for (let i = 0; this.#at < end; i += 1) {
      const name = this.#readShort((this.#names[i] ??= new RecentText()));
      const value = this.#readValue();
      // Assigning to `__proto__` would not create a header.
      if (value === undefined || name === '__proto__') return undefined;
      table[name] = value;
    }
    return table;
  }

  #readValue(): HeaderValue | undefined {
    switch (this.#readByte()) {
      case 0x53: // S
        return this.#readText(this.#readLong());
      case 0x6c: // l
        return Number(this.#bytes.readBigInt64BE(this.#skip(8)));
      case 0x49: // I
        return this.#bytes.readInt32BE(this.#skip(4));
      case 0x62: // b
        return this.#bytes.readInt8(this.#skip(1));
      case 0x74: // t
        return this.#readByte() !== 0;
      default:
        return undefined;
    }
  }

  #readShort(recent?: RecentText): string {
    const length = this.#readByte();
    if (!recent) return this.#readText(length);
    const start = this.#skip(length);
    return recent.read(this.#bytes, start, start + length);
  }

  #readText(length: number): string {
    const start = this.#skip(length);
    return this.#bytes.toString('utf8', start, start + length);
  }

  #readByte(): number {
    return this.#bytes.readUInt8(this.#skip(1));
  }

  #readLong(): number {
    return this.#bytes.readUInt32BE(this.#skip(4));
  }

  #readLongLong(): number {
    const high = this.#readLong();
    return high * 0x1_0000_0000 + this.#readLong();
  }

  #skip(length: number): number {
    const at = this.#at;
    this.#at = at + length;
    return at;
  }
}
