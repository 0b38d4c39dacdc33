export { brand } from './brand.ts';
export {
  cloudEventMediaType,
  eventMessageId,
  isAttributeName,
  reservedAttributes,
} from './cloud-event.ts';
export type { AttributeValue, CloudEvent } from './cloud-event.ts';
export { ConfigError, formatProblems } from './config-error.ts';
export type { TextPlace, ValuePlace } from './config-error.ts';
export type { FileProblem } from './config-error.ts';
export { isFailure, toRequestError } from './error-reply.ts';
export type { Failure } from './error-reply.ts';
export { Fifo } from './fifo.ts';
export { isEntityTag } from './http/entity-tag.ts';
export { isFieldName, isFieldValue } from './http/field.ts';
export { isGatewayHeader } from './http/gateway-headers.ts';
export { parseHttpDate } from './http/http-date.ts';
export { isJsonType, parseMediaType } from './http/media-type.ts';
export type { MediaType } from './http/media-type.ts';
export { commonReplyHeaders, parseReplyHeaders, replyHeaderFault } from './http/reply-headers.ts';
export type { ReplyHeaders } from './http/reply-headers.ts';
export { parseIdentity } from './identity.ts';
export type { Identity } from './identity.ts';
export { jsonAt, scalarText } from './json/json-at.ts';
export { compactJson } from './json/json-compact.ts';
export { readMembers } from './json/json-members.ts';
export type { Member } from './json/json-members.ts';
export { findUnboundedNumber } from './json/json-numbers.ts';
export { createMemberSearch } from './json/member-search.ts';
export type { MemberSearch } from './json/member-search.ts';
export { isDeeperThan, scanJson } from './json/json-scan.ts';
export type { JsonShape } from './json/json-scan.ts';
export { endOfString, endOfValue, skipWhitespace } from './json/json-span.ts';
export { silentLog } from './log.ts';
export type { Log } from './log.ts';
export {
  createMessageId,
  deriveMessageId,
  foreignMessageId,
  messageIdTimeMs,
  toMessageId,
} from './message-id.ts';
export { networkOf } from './network.ts';
export { formatProblem, problemOf, problemResponse } from './problem.ts';
export type { Problem, ProblemContext, ProblemResponse } from './problem.ts';
export { problemCodes } from './problem-codes.ts';
export type { ProblemCode } from './problem-codes.ts';
export { maxViolations, RequestError, requestError } from './request-error.ts';
export type { RequestErrorOptions, Violation } from './request-error.ts';
export { abortable, linkSignals } from './time/abort.ts';
export type { LinkedSignal } from './time/abort.ts';
export { backoffMs } from './time/backoff.ts';
export type { BackoffOptions } from './time/backoff.ts';
export { aborted, asError, longestTimerMs, pause, settlesWithin, within } from './time/deadline.ts';
export type { WithinOptions } from './time/deadline.ts';
export { Interrupted } from './time/interrupted.ts';
export { assertFeed, bindingRuleKey } from './topology.ts';
export type {
  BindingRule,
  BindingSpec,
  ExchangeBindingSpec,
  ExchangeSpec,
  ExchangeType,
  FeedSpec,
  ForeignQueueSpec,
  ForeignReplies,
  ForeignTopology,
  QueueSpec,
  RpcQueueSpec,
  Topology,
  TopologyUse,
  UnroutedQueueSpec,
  WorkQueueSpec,
} from './topology.ts';
