import { isJsonType, parseMediaType, replyHeaderFault } from '@restmapper/core';
import { deliveries, kindsThat } from '../deliveries/deliveries.ts';
import type { Endpoint } from '../model/model.ts';
import { namesOf } from '../yaml/name-list.ts';
import { extendPointer } from '../yaml/pointer.ts';
import type { Report } from '../yaml/report.ts';
import type { RawEndpoint } from './structure.ts';

interface ReplySource {
  readonly raw: RawEndpoint;
  readonly pointer: string;
}

type Fault = (text: string) => string | undefined;

/** Reads which media types and headers a reply may have. */
export function readReplyForm(
  source: ReplySource,
  report: Report,
): Pick<Endpoint, 'produces' | 'replyHeaders'> {
  const { raw, pointer } = source;
  checkKind(source, report);
  const produces = readList('produces', source, { faultOf: mediaTypeFault, report });
  const replyHeaders = readList('replyHeaders', source, { faultOf: replyHeaderFault, report });
  if (raw.produces && raw.reply !== undefined && !produces.some(isJsonType)) {
    report.atKey(extendPointer(pointer, 'reply'), '`reply` describes JSON, which `produces` does not name');
  }
  return { produces: produces.length > 0 ? produces : ['application/json'], replyHeaders };
}

function checkKind({ raw, pointer }: ReplySource, report: Report): void {
  const kinds = Object.values(deliveries).filter(({ key }) => raw[key] !== undefined);
  const [kind] = kinds;
  if (!kind || kinds.some((spec) => spec.isAnswered)) return;
  for (const key of ['produces', 'replyHeaders'] as const) {
    if (raw[key] === undefined) continue;
    const message = `\`${key}\` only fits ${namesOf(kindsThat({ areAnswered: true }))}: no worker answers a \`${kind.key}\``;
    report.atKey(extendPointer(pointer, key), message);
  }
}

/** The items of a list, in lower case. */
function readList(
  key: 'produces' | 'replyHeaders',
  { raw, pointer }: ReplySource,
  { faultOf, report }: { readonly faultOf: Fault; readonly report: Report },
): readonly string[] {
  const names = (raw[key] ?? []).map((name) => name.toLowerCase());
  for (const [index, name] of names.entries()) {
    const fault = names.indexOf(name) < index ? `\`${name}\` is there twice` : faultOf(name);
    if (fault !== undefined) report.atValue(extendPointer(pointer, key, String(index)), fault);
  }
  return names;
}

function mediaTypeFault(text: string): string | undefined {
  const type = parseMediaType(text);
  if (!type) return `\`${text}\` is not a media type such as \`text/csv\``;
  if (type.essence.includes('*'))
    return `\`${text}\` names no media type; list each type, such as \`text/csv\``;
  if (type.parameters.size === 0) return undefined;
  return `\`${text}\` has parameters; write \`${type.essence}\`, and let the handler's reply add them`;
}
