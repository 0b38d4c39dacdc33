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
  MessagingSystem,
  PublishOptions,
  QueueSubscription,
  RequestManyOptions,
  RequestOptions,
  SendOptions,
  Subscription,
  TopologyReplacement,
  Unavailable,
} from './contract/bus.ts';
export { encodeContent, readCloudEvent } from './contract/cloud-event.ts';
export { deadLetterQueue } from './contract/dead-letter.ts';
export type {
  DeadLetter,
  DeadLetterFate,
  DecideDeadLetter,
  BrowsedDeadLetters,
} from './contract/dead-letter.ts';
export { BusError } from './contract/errors.ts';
export type { BusErrorCode } from './contract/errors.ts';
export type {
  BrokerInspection,
  Depth,
  Difference,
  ObjectState,
  ProbedRights,
  ForeignState,
} from './contract/inspection.ts';
export type { LeftBehind } from './contract/left-behind.ts';
export { maxPartBytes, timingHeader } from './contract/message.ts';
export type {
  Delivery,
  FeedMessage,
  Headers,
  Message,
  Outcome,
  PartialReply,
  RepliesOutcome,
  Reply,
} from './contract/message.ts';
export type { QueueDepth } from './contract/queue-depth.ts';
export { decodeData, decodeRaw, encodeData, rawOf } from './contract/encoded-data.ts';
export type { DataEncoding } from './contract/encoded-data.ts';
export { decodeEnvelope, encodeEnvelope } from './contract/envelope.ts';
export type { Envelope } from './contract/envelope.ts';
export { ExchangeGraph } from './dispatch/exchange-graph.ts';
export { MemoryBroker } from './memory/memory-broker.ts';
export type { MemoryBrokerOptions } from './memory/memory-broker.ts';
export { openMemoryBus } from './memory/open-memory-bus.ts';
export type { OpenMemoryBusOptions } from './memory/memory-bus.ts';
export { readBrokerTls } from './amqp/connection/broker-tls.ts';
export { parseBrokerUrl, splitBrokerUrls } from './amqp/connection/broker-url.ts';
export type { BrokerAddress } from './amqp/connection/broker-url.ts';
export { explainConnection } from './amqp/connection/explain-connection.ts';
export { needsOf, planTopology } from './amqp/topology/topology-plan.ts';
export type { BrokerQueue, BrokerTopology } from './amqp/topology/topology-plan.ts';
export { inspectBroker } from './amqp/inspect-broker.ts';
export type { InspectBrokerOptions } from './amqp/inspect-broker.ts';
export { openAmqpBus } from './amqp/amqp-bus.ts';
export type { AmqpBusOptions } from './amqp/amqp-bus-options.ts';
export { runTap } from './amqp/tapping/tap.ts';
export type { TapNotice, TapOptions } from './amqp/tapping/tap.ts';
export { probeBroker } from './amqp/connection/probe-broker.ts';
export type { ProbeBrokerOptions, ProbedBroker } from './amqp/connection/probe-broker.ts';
