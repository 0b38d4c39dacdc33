import { parseCallPath } from '../model/call-path.ts';
import { callPathFault } from '../model/call-path-check.ts';
import type { Model, Source } from '../model/model.ts';
import type { Origin } from '../model/origin.ts';
import { propertiesOf } from '../model/schema-properties.ts';
import { extendPointer } from '../yaml/pointer.ts';
import type { Report } from '../yaml/report.ts';
import { checkNotOwn, type OwnNames, ownNames } from './own-names.ts';

/** Reports what does not fit inputs and their workers. */
export function checkInputs(model: Model, report: Report): void {
  const taken = ownNames(model);
  for (const input of model.inputs) {
    const { key, origin } = input;
    const place = extendPointer('/inputs', key);
    if (!origin) continue;
    checkOrigin(origin, { place, taken, report });
    checkId(input, { place, report });
  }
  checkQueues(model, report);
}

interface Context {
  readonly place: string;
  readonly report: Report;
}

function checkOrigin(
  { from, queue }: Origin,
  { place, taken, report }: Context & { readonly taken: OwnNames },
): void {
  if (queue !== undefined) checkNotOwn({ kind: 'queue', name: queue }, { taken, place, report });
  const kinds = new Map<string, boolean>();
  for (const [index, { exchange, match }] of from.entries()) {
    const entry = extendPointer(place, 'from', index);
    checkNotOwn({ kind: 'exchange', name: exchange }, { taken, place: entry, report });
    const isHeaders = match !== undefined;
    const before = kinds.get(exchange) ?? isHeaders;
    kinds.set(exchange, before);
    if (before === isHeaders) continue;
    const message = `\`${exchange}\` cannot have \`bind\` and \`match\`: only a headers exchange matches headers, and it has no routing keys`;
    report.atKey(entry, message);
  }
}

function checkId({ origin, ...source }: Source, { place, report }: Context): void {
  const { id } = origin ?? {};
  if (!id || id.includes('')) return;
  const pointer = extendPointer(place, 'id');
  const text = id.join('.');
  const path = parseCallPath(`data.${text}`);
  const fault = typeof path === 'string' ? path : callPathFault(path, source);
  if (fault !== undefined) return report.atValue(pointer, fault);
  const [first = ''] = id;
  const { body } = source;
  const isDeclared = typeof body === 'object' && propertiesOf(body).has(first);
  if (isDeclared || !(first in misread)) return;
  report.noteAtKey(pointer, `\`${text}\` is a field of the body; ${misread[first]}`);
}

/** What a field of one of these names may be meant as. */
const misread: Readonly<Record<string, string>> = {
  message_id: 'for the property `message_id`, leave `id` out',
  data: 'paths begin in the body: `id`, not `data.id`',
  body: 'paths begin in the body: `id`, not `body.id`',
};

function checkQueues({ inputs }: Model, report: Report): void {
  const owners = new Map<string, string>();
  for (const { key, origin } of inputs) {
    const { queue } = origin ?? {};
    if (queue === undefined) continue;
    const owner = owners.get(queue);
    owners.set(queue, owner ?? key);
    if (owner === undefined) continue;
    const message = `the input \`${owner}\` already consumes the queue \`${queue}\`, and each message goes to one of them only`;
    report.atValue(extendPointer('/inputs', key, 'queue'), message);
  }
}
