import type { EndpointKind } from '@restmapper/endpoints';
import { fanout } from './fanout.ts';
import type { GatewayDelivery } from './gateway-delivery.ts';
import { publish } from './publish.ts';
import { rpc } from './rpc.ts';

/** How each kind of endpoint is served. */
export const gatewayDeliveries: Readonly<Record<EndpointKind, GatewayDelivery>> = {
  fanout,
  rpc,
  publish,
};
