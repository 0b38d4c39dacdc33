import { type CallTemplate, type CallValues, type Endpoint, fillTemplate } from '@restmapper/endpoints';
import type { Answer } from './reply-reader.ts';

/** As for all headers of a worker's reply together. */
const maxBytes = 8 * 1024;

/** Adds the `Location` of a call to its answer. */
export type Locate = (answer: Answer, call: CallValues, messageId: string) => Answer;

/**
 * Creates what adds `Location` to the successes of an endpoint; a reply that has one keeps it.
 *
 * A path of this API becomes relative to the request's, `../orders/7`, so that it is right wherever a proxy has the API.
 * Without a usable value there is no header: a missing or a long one, or `.` and `..`, which clients resolve.
 * @see RFC 9110, section 10.2.2
 */
export function createLocate({ location, path }: Pick<Endpoint, 'location' | 'path'>): Locate {
  if (!location) return (answer) => answer;
  const toRoot = '../'.repeat(path.split('/').length - 2) || './';
  return (answer, call, messageId) => {
    if (answer.status >= 300 || answer.headers?.['location'] !== undefined) return answer;
    const target = fill(location, { ...call, messageId: Buffer.from(`"${messageId}"`) });
    if (target === undefined) return answer;
    return { ...answer, headers: { ...answer.headers, location: target.replace(/^\//, toRoot) } };
  };
}

function fill(template: CallTemplate, call: CallValues): string | undefined {
  let isUsable = true;
  const filled = fillTemplate(template, call, (value) => {
    if (/^\.{0,2}$/.test(value)) isUsable = false;
    return encodeURIComponent(Buffer.from(value).toString());
  });
  return isUsable && 'text' in filled && filled.text.length <= maxBytes ? filled.text : undefined;
}
