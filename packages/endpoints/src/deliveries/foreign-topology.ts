import type { BindingSpec, ExchangeSpec, ForeignReplies, ForeignTopology, QueueSpec } from '@restmapper/core';
import type { ForeignTarget } from '../model/foreign-target.ts';
import type { Model, Source } from '../model/model.ts';
import { sourcesOf } from '../model/sources.ts';
import { deliveries } from './deliveries.ts';

/** The exchanges of other applications that the file wants declared. */
export function declaredFor(model: Model): readonly ExchangeSpec[] {
  const declared = sourcesOf(model).flatMap(({ delivery: { foreign }, origin }) => [
    ...(foreign?.kind === 'exchange' ? [foreign] : []),
    ...(origin?.from ?? []),
  ]);
  const specs = declared.flatMap(({ exchange: name, declare: type }) => (type ? [{ name, type }] : []));
  return [...new Map(specs.map((spec) => [spec.name, spec])).values()];
}

/** The exchanges and queues of other applications that the sources of a file use. */
export function foreignOf(model: Model): { readonly foreign?: ForeignTopology } {
  const declared = new Set(declaredFor(model).map(({ name }) => name));
  const targets = sourcesOf(model).flatMap(({ delivery: { foreign } }) => foreign ?? []);
  if (targets.length + model.inputs.length === 0) return {};
  const named = (kind: 'exchange' | 'queue'): readonly string[] =>
    targets.filter((target) => target.kind === kind).map(nameOf);
  const bindings = inputBindings(model).filter(({ exchange }) => !declared.has(exchange));
  const exchanges = [...named('exchange'), ...bindings.map(({ exchange }) => exchange)];
  const consumed = model.inputs.flatMap(({ exchange: returnsTo, origin }) =>
    origin?.queue === undefined ? [] : [{ name: origin.queue, returnsTo }],
  );
  const replies = repliesOf(targets);
  return {
    foreign: {
      exchanges: [...new Set(exchanges)].filter((name) => !declared.has(name)),
      queues: [...new Set(named('queue'))],
      ...(consumed.length > 0 && { consumed }),
      bindings,
      ...(replies.length > 0 && { replies }),
    },
  };
}

function repliesOf(targets: readonly ForeignTarget[]): readonly ForeignReplies[] {
  const replies = targets.flatMap((target) =>
    target.kind === 'queue' && target.replyExchange !== undefined
      ? [[target.queue, { queue: target.queue, exchange: target.replyExchange }] as const]
      : [],
  );
  return [...new Map(replies).values()];
}

/** The queues of an input: one for each of its workers, as an event has them. */
export function inputQueues(input: Source, model: Model): readonly QueueSpec[] {
  return deliveries.fanout.topologyOf(input, model).queues;
}

/** The bindings of the inputs' queues to exchanges of other applications. */
export function inputBindings(model: Model): readonly BindingSpec[] {
  return model.inputs.flatMap((input) => {
    const { from = [] } = input.origin ?? {};
    return inputQueues(input, model).flatMap(({ name: queue }) =>
      from.map(({ exchange, routingKey, match }) => ({
        exchange,
        queue,
        routingKey,
        ...(match && { arguments: match }),
      })),
    );
  });
}

function nameOf(target: ForeignTarget): string {
  return target.kind === 'queue' ? target.queue : target.exchange;
}
