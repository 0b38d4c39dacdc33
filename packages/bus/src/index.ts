export type {
  BatchHandler,
  Bus,
  BusStats,
  BusStatus,
  CloseOptions,
  ConsumeOptions,
  FeedBreak,
  FeedListener,
  FollowOptions,
  PublishOptions,
  QueueSubscription,
  RequestOptions,
  Subscription,
  Unavailable,
} from './bus.ts';
export { deadLetterQueue } from './dead-letter.ts';
export type { DeadLetter, DeadLetterFate, DeadLetterSorter, SortedDeadLetters } from './dead-letter.ts';
export { BusError, RequestError } from './errors.ts';
export type { BusErrorCode, RequestErrorOptions, Violation } from './errors.ts';
export { parseIdentity } from './identity.ts';
export type { Identity } from './identity.ts';
export { silentLog } from './log.ts';
export type { Log } from './log.ts';
export type { Delivery, FeedMessage, Headers, Message, Outcome, Reply } from './message.ts';
export type { QueueDepth } from './queue-depth.ts';
export type {
  BindingSpec,
  ExchangeSpec,
  FeedSpec,
  QueueSpec,
  RpcQueueSpec,
  Topology,
  TopologyUse,
  WorkQueueSpec,
} from './topology.ts';
export { decodeEnvelope, encodeEnvelope } from './envelope.ts';
export type { Envelope } from './envelope.ts';
export { findUnboundedNumber } from './json-numbers.ts';
export { endOfString, endOfValue, skipWhitespace } from './json-span.ts';
export { createMessageId, deriveMessageId } from './message-id.ts';
export { MemoryBroker } from './memory/memory-broker.ts';
export type { MemoryBrokerOptions } from './memory/memory-broker.ts';
export { openMemoryBus } from './memory/open-memory-bus.ts';
export type { OpenMemoryBusOptions } from './memory/open-memory-bus.ts';
export { readBrokerTls } from './amqp/broker-tls.ts';
export { parseBrokerUrl, splitBrokerUrls } from './amqp/broker-url.ts';
export type { BrokerAddress } from './amqp/broker-url.ts';
export { explainConnection } from './explain-connection.ts';
export { planTopology } from './amqp/topology-plan.ts';
export type { BrokerQueue, BrokerTopology } from './amqp/topology-plan.ts';
export { openAmqpBus } from './amqp/amqp-bus.ts';
export type { AmqpBusOptions } from './amqp/amqp-bus.ts';
