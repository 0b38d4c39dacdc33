import { callPathFault } from '../model/call-path-check.ts';
import { messageIdPath } from '../model/call-path.ts';
import { type CallTemplate, parseCallTemplate, pathsOf } from '../model/call-template.ts';
import type { Endpoint } from '../model/model.ts';
import { extendPointer } from '../yaml/pointer.ts';
import type { Report } from '../yaml/report.ts';

const ownId = '{messageId}';

/**
 * Reads the template of the header `Location`, in which `{messageId}` is the id of the message, and else as
 * in any template.
 */
export function readLocation(text: string | undefined): CallTemplate | undefined {
  if (text === undefined) return undefined;
  const templates = text.split(ownId).map(parseCallTemplate);
  const parts = templates.map((template) => (typeof template === 'string' ? [] : template.parts));
  return { parts: parts.flatMap((part, index) => (index === 0 ? part : [messageIdPath, ...part])) };
}

/** RFC 3986's characters; `//` would begin the name of a host. */
const reference = /^(?!\/\/)[\w\-.~:/?#[\]@!$&'()*+,;=%]*$/;

/** Reports the mistakes in an endpoint's `location`. */
export function checkLocation(
  text: string,
  endpoint: Endpoint,
  { pointer, report }: { readonly pointer: string; readonly report: Report },
): void {
  const place = extendPointer(pointer, 'location');
  const template = parseCallTemplate(text.replaceAll(ownId, ''));
  if (typeof template === 'string') {
    report.atValue(place, template);
    return;
  }
  const literal = template.parts.filter((part) => typeof part === 'string').join('');
  if (!reference.test(literal)) {
    report.atValue(
      place,
      `\`${text}\` must be the path or the URL of a resource, such as \`/orders/{data.id}\``,
    );
  }
  for (const path of pathsOf(template)) {
    const fault = callPathFault(path, endpoint);
    if (fault !== undefined) report.atValue(place, fault);
  }
}
