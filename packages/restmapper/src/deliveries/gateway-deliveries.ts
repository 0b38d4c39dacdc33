import type { DeliveryKind } from '@restmapper/endpoints';
import { fanout } from './fanout.ts';
import type { GatewayDelivery } from './gateway-delivery.ts';
import { rpc } from './rpc.ts';

/** How each kind of endpoint is served. */
export const gatewayDeliveries: Readonly<Record<DeliveryKind, GatewayDelivery>> = { fanout, rpc };
