import type { ConsumeMessage } from 'amqplib';
import { busHeaders } from '../../contract/bus-headers.ts';
import type { BusStats, RequestManyOptions } from '../../contract/bus.ts';
import { BusError } from '../../contract/errors.ts';
import type { Message, Reply } from '../../contract/message.ts';
import { parseReplyHeaders, parseReplyPart } from '../../contract/reply-headers.ts';
import type { IncomingReply } from '../../dispatch/incoming-reply.ts';
import { ReplyStreams } from '../../dispatch/reply-streams.ts';
import type { RecoveringConnection } from '../connection/recovering-connection.ts';
import type { Publisher } from './publisher.ts';
import { type Inbox, type InboxListener, ReplyInboxes } from './reply-inboxes.ts';
import type { QueueTraffic } from './queue-traffic.ts';
import { findWorker, requestProperties } from './requester.ts';

/** How long a request waits for its queue. */
const linkWaitMs = 1000;

export interface ManyRequesterOptions {
  readonly connection: RecoveringConnection;
  readonly publisher: Publisher;
  /** The requests to the queue of an exchange, or to a foreign queue. */
  readonly trafficOf: (exchange: string, options: RequestManyOptions) => QueueTraffic | undefined;
}

/** A request on its way. */
export interface ManyRequest {
  readonly exchange: string;
  readonly message: Message;
  readonly options: RequestManyOptions;
  /** Throws if the request cannot be sent now. */
  readonly admit: () => void;
  readonly onFailure: (error: unknown) => void;
}

/** Sends requests that accept several replies. */
export class ManyRequester {
  readonly #options: ManyRequesterOptions;
  readonly #streams = new ReplyStreams();
  #inboxes: ReplyInboxes | undefined;

  constructor(options: ManyRequesterOptions) {
    this.#options = options;
  }

  get stats(): Pick<BusStats, 'replyStreams' | 'lateReplies'> {
    return { replyStreams: this.#streams.size, lateReplies: this.#streams.lateReplies };
  }

  /** Why no replies can arrive although the connection is up. */
  get trouble(): string | undefined {
    return this.#inboxes?.trouble;
  }

  request(request: ManyRequest): AsyncIterable<Reply> {
    let inbox: Inbox | undefined;
    let isClosed = false;
    return this.#streams.create(request.options, {
      send: async (receive, lose) => {
        request.admit();
        try {
          const traffic = this.#options.trafficOf(request.exchange, request.options);
          inbox = await this.#openInbox({
            onReply: (message, ack) => receive(toIncoming(message), ack),
            onLost: () => lose('the broker deleted the queue for the replies'),
          });
          if (isClosed) return inbox.close();
          // Not before: the channel on which the broker is asked was perhaps still being opened.
          if (traffic && !traffic.isProven) await findWorker(traffic);
          if (!isClosed) await this.#send(request, inbox.name);
        } catch (error) {
          request.onFailure(error);
          throw error;
        }
      },
      close: () => {
        isClosed = true;
        inbox?.close();
      },
    });
  }

  finish(timeoutMs: number): Promise<void> {
    return this.#streams.finish(timeoutMs);
  }

  async close(): Promise<void> {
    await this.#inboxes?.close();
  }

  async #openInbox(listener: InboxListener): Promise<Inbox> {
    const { connection } = this.#options;
    this.#inboxes ??= new ReplyInboxes(connection, () =>
      this.#streams.failAll('the connection to the broker was lost'),
    );
    try {
      return await this.#inboxes.open(listener, AbortSignal.timeout(linkWaitMs));
    } catch (cause) {
      const reason = connection.status.reason || 'the queue for the replies cannot be opened';
      throw new BusError('BROKER_UNAVAILABLE', reason, { cause });
    }
  }

  async #send({ exchange, message, options }: ManyRequest, replyTo: string): Promise<void> {
    const { deadlineEpochMs, idleMs, routingKey = exchange } = options;
    const correlationId = replyTo;
    const properties = requestProperties(message, { replyTo, correlationId, deadlineEpochMs });
    properties.headers[busHeaders.idle] = idleMs;
    const { body } = message;
    await this.#options.publisher.publish({
      exchange,
      routingKey,
      body,
      properties,
      deadlineEpochMs,
    });
  }
}

function toIncoming({ content, properties }: ConsumeMessage): IncomingReply {
  const { headers, contentType } = properties;
  const isText = typeof contentType === 'string';
  const reply = { body: content, ...parseReplyHeaders(headers), ...(isText && { contentType }) };
  return { reply, ...parseReplyPart(headers) };
}
