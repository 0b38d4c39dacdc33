import type { EndpointDelivery, EndpointKind } from '../model/model.ts';
import type { DeliverySpec } from './delivery-spec.ts';
import { fanout } from './fanout.ts';
import { rpc } from './rpc.ts';

/** Every kind of endpoint. */
export const deliveries: Readonly<Record<EndpointKind, DeliverySpec>> = { fanout, rpc };

/** Whether a worker answers the calls of an endpoint. */
export function isAnswered({ kind }: Pick<EndpointDelivery, 'kind'>): boolean {
  return deliveries[kind].isAnswered;
}

/** The keys of the kinds whose calls a worker answers, or of the others. */
export function kindsThat({ areAnswered }: { readonly areAnswered: boolean }): readonly EndpointKind[] {
  return Object.values(deliveries)
    .filter((spec) => spec.isAnswered === areAnswered)
    .map(({ key }) => key);
}
