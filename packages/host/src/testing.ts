/** What tests import, as `restmapper/testing`. */
export { ConfigError } from '@restmapper/core';
export type { FileProblem, TextPlace, ValuePlace } from '@restmapper/core';
export { createCall, createContext } from './testing/create-context.ts';
export type {
  CallOptions,
  ContextOptions,
  DatabaseStub,
  PublishedEvent,
  SentRequest,
  TestContext,
} from './testing/create-context.ts';
export type { RequestOptions, TestResponse } from './testing/http-call.ts';
export { openTestSystem } from './testing/open-test-system.ts';
export type { TestSystemOptions } from './testing/open-test-system.ts';
export type { LogLine } from './testing/recorded-log.ts';
export type {
  SentMessage,
  StubReply,
  TestDeadLetter,
  TestMessage,
  TestReply,
  TestSystem,
} from './testing/test-system.ts';
