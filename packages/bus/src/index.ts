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
export { BusError } from './errors.ts';
export type { BusErrorCode } from './errors.ts';
export type { Delivery, FeedMessage, Headers, Message, Outcome, Reply } from './message.ts';
export type { QueueDepth } from './queue-depth.ts';
export { decodeEnvelope, encodeEnvelope } from './envelope.ts';
export type { Envelope } from './envelope.ts';
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
