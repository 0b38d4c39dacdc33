import type { EndpointDelivery, EndpointKind, Source } from '../model/model.ts';
import type { DeliverySpec } from './delivery-spec.ts';
import { fanout } from './fanout.ts';
import { publish } from './publish.ts';
import { rpc } from './rpc.ts';

/** Every kind of endpoint. */
export const deliveries: Readonly<Record<EndpointKind, DeliverySpec>> = { fanout, rpc, publish };

/** Whether a worker answers the calls of an endpoint. */
export function isAnswered({ kind }: Pick<EndpointDelivery, 'kind'>): boolean {
  return deliveries[kind].isAnswered;
}

/** Whether a source has an exchange of its own: its messages neither go to another application nor come from one. */
export function isOwn({ delivery, origin }: Pick<Source, 'delivery' | 'origin'>): boolean {
  return delivery.foreign === undefined && origin === undefined;
}

/** The keys of the kinds whose calls a worker answers, or of the others that have workers. */
export function kindsThat({ areAnswered }: { readonly areAnswered: boolean }): readonly EndpointKind[] {
  return Object.values(deliveries)
    .filter((spec) => spec.isAnswered === areAnswered && spec.hasWorkers !== false)
    .map(({ key }) => key);
}
