/**
 * The parts of the operators' custom resources that deploy/kubernetes uses, according to their definitions
 * (cluster-operator 2, CloudNativePG 1): no package contains these. They are stricter than the originals only
 * in that they reject properties that are not listed here.
 */
const quantity = { type: 'string', pattern: String.raw`^\d+(m|Ki|Mi|Gi|Ti)?$` };

const resources = strictObject({
  requests: strictObject({ cpu: quantity, memory: quantity }),
  limits: strictObject({ cpu: quantity, memory: quantity }),
});

function strictObject(properties: object, required: readonly string[] = []): object {
  return { type: 'object', properties, required, additionalProperties: false };
}

function resource(apiVersion: string, kind: string, spec: object): object {
  const metadata = { type: 'object', required: ['name'] };
  const head = { apiVersion: { const: apiVersion }, kind: { const: kind }, metadata };
  return strictObject({ ...head, spec }, ['apiVersion', 'kind', 'metadata', 'spec']);
}

const oddNumber = { enum: [1, 3, 5, 7] };

/** By `apiVersion/kind`. */
export const operatorSchemas: Readonly<Record<string, object>> = {
  'rabbitmq.com/v1beta1/RabbitmqCluster': resource(
    'rabbitmq.com/v1beta1',
    'RabbitmqCluster',
    strictObject({
      replicas: oddNumber,
      image: { type: 'string' },
      resources,
      persistence: strictObject({ storage: quantity, storageClassName: { type: 'string' } }),
      terminationGracePeriodSeconds: { type: 'integer', minimum: 0 },
      rabbitmq: strictObject({ additionalConfig: { type: 'string', maxLength: 100_000 } }),
      affinity: strictObject({ podAntiAffinity: { type: 'object' } }),
    }),
  ),
  'postgresql.cnpg.io/v1/Cluster': resource(
    'postgresql.cnpg.io/v1',
    'Cluster',
    strictObject(
      {
        imageName: { type: 'string' },
        instances: { type: 'integer', minimum: 1 },
        enableSuperuserAccess: { type: 'boolean' },
        bootstrap: strictObject({
          initdb: strictObject({ database: { type: 'string' }, owner: { type: 'string' } }),
        }),
        storage: strictObject({ size: quantity, storageClass: { type: 'string' } }),
        resources,
      },
      ['instances'],
    ),
  ),
};
