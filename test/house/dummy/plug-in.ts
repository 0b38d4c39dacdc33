import { verifiers } from '../../../packages/auth/src/schemes/verifiers.ts';
import { deliveries } from '../../../packages/endpoints/src/deliveries/deliveries.ts';
import { handlers } from '../../../packages/endpoints/src/handlers/handlers.ts';
import { schemes } from '../../../packages/endpoints/src/schemes/schemes.ts';
import { gatewayDeliveries } from '../../../packages/restmapper/src/deliveries/gateway-deliveries.ts';
import { rooms } from '../../../packages/workers/src/handlers/handlers.ts';
import { lengthRoom } from './length-room.ts';
import { lengthSpec } from './length-spec.ts';
import { mirrorGateway } from './mirror-gateway.ts';
import { mirrorSpec } from './mirror-spec.ts';
import { signedSpec } from './signed-spec.ts';
import { openSigned } from './signed-verifier.ts';

// Equivalent to a line in each registry.
Object.assign(deliveries, { mirror: mirrorSpec });
Object.assign(gatewayDeliveries, { mirror: mirrorGateway });
Object.assign(handlers, { length: lengthSpec });
Object.assign(rooms, { length: lengthRoom });
Object.assign(schemes, { signed: signedSpec });
Object.assign(verifiers, { signed: openSigned });
