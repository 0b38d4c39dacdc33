import { decodeEnvelope } from '@restmapper/bus';
import type { GatewayDelivery } from '../../../packages/restmapper/src/deliveries/gateway-delivery.ts';

/** Serves the kind `mirror`. */
export const mirrorGateway: GatewayDelivery = {
  createDispatch:
    ({ status }) =>
    async ({ message: { body } }) => ({ status, body: decodeEnvelope(body).data.toString() }),
};
