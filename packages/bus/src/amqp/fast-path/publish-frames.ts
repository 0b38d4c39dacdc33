import type { Options } from 'amqplib';

/** The options of amqplib's `publish`. */
export interface Publishing {
  readonly exchange: string;
  readonly routingKey: string;
  readonly body: Buffer;
  readonly properties: Options.Publish;
}

const frameTypes = { method: 1, header: 2, body: 3 } as const;
const frameEnd = 0xce;
const basicClass = 60;
const basicPublish = (basicClass << 16) | 40;

/** Larger messages have other costs. */
const maxBodyBytes = 2048;
const maxTextLength = 1024;
const maxHeaders = 32;

/** The longest message that is encoded here, with three bytes for each character. */
const scratchBytes = 16 * 255 * 3 + maxHeaders * 6 * maxTextLength + maxBodyBytes;

/** A text or a value that amqplib must encode, or refuse. */
class Unusual extends Error {}
const unusual = new Unusual();

/**
 * Encodes the frames of ordinary messages into one buffer, in a quarter of amqplib's time.
 *
 * @see https://www.rabbitmq.com/resources/specs/amqp0-9-1.pdf sections 4.2.3 to 4.2.6
 */
export class PublishFrames {
  readonly #bytes = Buffer.allocUnsafeSlow(scratchBytes);
  #at = 0;

  /** `undefined` for a message with a long body, long texts, or headers of rare types. */
  encode(channel: number, message: Publishing): Buffer | undefined {
    if (message.body.length > maxBodyBytes) return undefined;
    this.#at = 0;
    try {
      this.#writeFrame(frameTypes.method, channel, () => this.#writePublish(message));
      this.#writeFrame(frameTypes.header, channel, () => this.#writeProperties(message));
      if (message.body.length > 0) {
        this.#writeFrame(frameTypes.body, channel, () => this.#writeBytes(message.body));
      }
    } catch (error) {
      if (error === unusual) return undefined;
      throw error;
    }
    return Buffer.from(this.#bytes.subarray(0, this.#at));
  }

  #writeFrame(type: number, channel: number, writePayload: () => void): void {
    this.#writeByte(type);
    this.#at = this.#bytes.writeUInt16BE(channel, this.#at);
    const start = this.#at + 4;
    this.#at = start;
    writePayload();
    this.#bytes.writeUInt32BE(this.#at - start, start - 4);
    this.#writeByte(frameEnd);
  }

  #writePublish({ exchange, routingKey, properties }: Publishing): void {
    this.#at = this.#bytes.writeUInt32BE(basicPublish, this.#at);
    this.#at = this.#bytes.writeUInt16BE(0, this.#at);
    this.#writeShort(exchange);
    this.#writeShort(routingKey);
    this.#writeByte(properties.mandatory ? 1 : 0);
  }

  #writeProperties({ body, properties }: Publishing): void {
    const { headers, persistent, priority, expiration, timestamp } = properties;
    const { contentType, contentEncoding, correlationId, replyTo, messageId, type, userId, appId } =
      properties;
    this.#at = this.#bytes.writeUInt32BE(basicClass << 16, this.#at);
    this.#at = this.#bytes.writeUInt32BE(0, this.#at);
    this.#at = this.#bytes.writeUInt32BE(body.length, this.#at);
    const flagsAt = this.#at;
    this.#at += 2;
    let flags = this.#writeIf(0x8000, contentType) | this.#writeIf(0x4000, contentEncoding) | 0x1000;
    if (headers !== undefined) {
      flags |= 0x2000;
      this.#writeTable(headers as Readonly<Record<string, unknown>>);
    }
    this.#writeByte(persistent ? 2 : 1);
    if (priority !== undefined) {
      flags |= 0x0800;
      this.#writeByte(priority);
    }
    flags |= this.#writeIf(0x0400, correlationId) | this.#writeIf(0x0200, replyTo);
    flags |= this.#writeIf(0x0100, expiration === undefined ? undefined : String(expiration));
    flags |= this.#writeIf(0x0080, messageId);
    if (timestamp !== undefined) {
      flags |= 0x0040;
      this.#writeLongLong(timestamp);
    }
    flags |= this.#writeIf(0x0020, type) | this.#writeIf(0x0010, userId) | this.#writeIf(0x0008, appId);
    this.#bytes.writeUInt16BE(flags, flagsAt);
  }

  /** Returns the property's flag if it has one. */
  #writeIf(flag: number, text: string | undefined): number {
    if (text === undefined) return 0;
    this.#writeShort(text);
    return flag;
  }

  #writeTable(table: Readonly<Record<string, unknown>>): void {
    const start = this.#at + 4;
    this.#at = start;
    let left = maxHeaders;
    for (const name of Object.keys(table)) {
      const value = table[name];
      if (value === undefined) continue;
      if (left === 0) throw unusual;
      left -= 1;
      this.#writeShort(name);
      this.#writeValue(value);
    }
    this.#bytes.writeUInt32BE(this.#at - start, start - 4);
  }

  #writeValue(value: unknown): void {
    if (typeof value === 'string') {
      this.#writeByte(0x53); // S
      const start = this.#at + 4;
      this.#writeText(value, start);
      this.#bytes.writeUInt32BE(this.#at - start, start - 4);
    } else if (typeof value === 'number' && Number.isSafeInteger(value)) this.#writeInteger(value);
    else throw unusual;
  }

  /** In the types that amqplib chooses. */
  #writeInteger(value: number): void {
    if (value >= -0x80 && value < 0x80) {
      this.#writeByte(0x62); // b
      this.#at = this.#bytes.writeInt8(value, this.#at);
    } else if (value >= -0x8000 && value < 0x8000) {
      this.#writeByte(0x73); // s
      this.#at = this.#bytes.writeInt16BE(value, this.#at);
    } else if (value >= -0x8000_0000 && value < 0x8000_0000) {
      this.#writeByte(0x49); // I
      this.#at = this.#bytes.writeInt32BE(value, this.#at);
    } else {
      this.#writeByte(0x6c); // l
      this.#writeLongLong(value);
    }
  }

  #writeShort(text: string): void {
    const start = this.#at + 1;
    this.#writeText(text, start);
    const length = this.#at - start;
    if (length > 255) throw unusual;
    this.#bytes[start - 1] = length;
  }

  #writeText(text: unknown, start: number): void {
    if (typeof text !== 'string' || text.length > maxTextLength) throw unusual;
    this.#at = start + this.#bytes.write(text, start, 'utf8');
  }

  #writeLongLong(value: number): void {
    if (!Number.isSafeInteger(value)) throw unusual;
    this.#at = this.#bytes.writeBigInt64BE(BigInt(value), this.#at);
  }

  #writeByte(value: number): void {
    this.#bytes[this.#at] = value;
    this.#at += 1;
  }

  #writeBytes(bytes: Buffer): void {
    this.#at += bytes.copy(this.#bytes, this.#at);
  }
}
