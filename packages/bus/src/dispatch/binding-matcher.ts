import type { BindingRule, ExchangeType } from '@restmapper/core';
import type { Headers } from '../contract/message.ts';

/** The parts of a message that exchanges use for routing. */
export interface Routable {
  readonly routingKey: string;
  readonly headers: Headers;
}

/** Whether a binding matches a message. */
export type BindingMatcher = (message: Routable) => boolean;

/**
 * Matches messages to a binding of an exchange, by RabbitMQ's rules.
 *
 * @throws TypeError if the binding has an `x-match` unknown to RabbitMQ.
 * @see https://www.rabbitmq.com/tutorials/amqp-concepts#exchanges
 */
export function createBindingMatcher(type: ExchangeType, rule: BindingRule): BindingMatcher {
  return matchers[type](rule);
}

const matchers: Readonly<Record<ExchangeType, (rule: BindingRule) => BindingMatcher>> = {
  fanout: () => () => true,
  direct: (rule) => (message) => message.routingKey === rule.routingKey,
  topic: (rule) => topicMatcher(rule.routingKey),
  headers: (rule) => headersMatcher(rule.arguments ?? {}),
};

function topicMatcher(pattern: string): BindingMatcher {
  const words = wordsOf(pattern);
  return ({ routingKey }) => {
    const key = wordsOf(routingKey);
    // The possible numbers of words that the pattern has consumed so far; never more than the key has words.
    let ends = [0];
    for (const word of words) ends = step(word, key, ends);
    return ends.includes(key.length);
  };
}

/** Ends are in ascending order. */
function step(word: string, key: readonly string[], ends: readonly number[]): number[] {
  if (word === '#') {
    const [first = Number.POSITIVE_INFINITY] = ends;
    return Array.from({ length: Math.max(0, key.length - first + 1) }, (_none, i) => first + i);
  }
  return ends.filter((end) => end < key.length && (word === '*' || key[end] === word)).map((end) => end + 1);
}

function wordsOf(text: string): readonly string[] {
  return text === '' ? [] : text.split('.');
}

/** Without `-with-x`, RabbitMQ ignores the arguments whose names begin with `x-`. */
const matchModes = ['all', 'any', 'all-with-x', 'any-with-x'];

function headersMatcher({ 'x-match': match = 'all', ...wanted }: Headers): BindingMatcher {
  if (!matchModes.includes(String(match))) throw new TypeError(`x-match is ${match}`);
  const isWithX = String(match).endsWith('-with-x');
  const entries = Object.entries(wanted).filter(([name]) => isWithX || !name.startsWith('x-'));
  const isAny = String(match).startsWith('any');
  return ({ headers }) => {
    const isEqual = ([name, value]: (typeof entries)[number]): boolean =>
      Object.hasOwn(headers, name) && headers[name] === value;
    return isAny ? entries.some(isEqual) : entries.every(isEqual);
  };
}
