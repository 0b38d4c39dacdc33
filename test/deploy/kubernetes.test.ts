import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parseEndpoints, topologyOf } from '@restmapper/endpoints';
import { expect } from 'chai';
import { before } from 'mocha';
import { parse } from 'yaml';
import { openFolder } from '../system/command.ts';
import { problemsOf } from './manifest-problems.ts';
import {
  at,
  byKind,
  containersOf,
  isSelected,
  type Labels,
  type Manifest,
  type PodTemplate,
  podTemplates,
  renderManifests,
} from './manifests.ts';

const folder = 'deploy/kubernetes';
/** What the operators create, by their conventions. */
const operatorSecrets = ['rabbitmq-default-user', 'postgres-superuser'];
const operatorLabels: readonly Labels[] = [
  { 'app.kubernetes.io/name': 'rabbitmq' },
  { 'cnpg.io/cluster': 'postgres' },
];

/** What deploy/make-secrets.ts generates for them. */
const roleSecrets = ['gateway', 'live', 'worker', 'owner'];

let manifests: readonly Manifest[];
let pods: ReadonlyMap<string, PodTemplate>;

function names(...kinds: string[]): readonly string[] {
  return byKind(manifests, ...kinds).map(({ metadata }) => metadata.name);
}

/** Every value of the key, at any depth. */
function valuesOf(value: unknown, key: string): readonly unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, child]) => (name === key ? [child] : valuesOf(child, key)));
}

function stringsOf(value: unknown, key: string): readonly string[] {
  return valuesOf(value, key).filter((found) => typeof found === 'string');
}

/** The names of the objects under the key. */
function namesUnder(value: unknown, key: string): readonly string[] {
  return valuesOf(value, key).flatMap((found) => stringsOf(found, 'name'));
}

/** The files of each role's secret, as paths in a container. */
async function drawnSecrets(): Promise<readonly string[]> {
  const folder = await openFolder();
  const tsx = createRequire(import.meta.url).resolve('tsx');
  const script = ['--import', tsx, 'deploy/make-secrets.ts', folder, 'rabbitmq'];
  await promisify(execFile)(process.execPath, script);
  const files = roleSecrets.map(async (role) =>
    (await readdir(join(folder, role))).map((file) => `/run/secrets/${role}/${file}`),
  );
  return (await Promise.all(files)).flat();
}

describe('deploy/kubernetes', () => {
  before('render', async () => {
    manifests = await renderManifests(join(folder, 'base'));
    pods = podTemplates(manifests);
  });

  it('is valid against the schemas of Kubernetes, KEDA and the operators', async () => {
    const all = [...manifests, ...(await renderManifests(join(folder, 'three-brokers')))];

    const problems = all.flatMap((manifest) =>
      problemsOf(manifest).map((problem) => `${manifest.kind} ${manifest.metadata.name}: ${problem}`),
    );

    expect(all).to.have.length.above(70);
    expect(problems).to.deep.equal([]);
  });

  it('would be invalid with a misspelt property, a value of another type, or a missing one', () => {
    const [deployment] = byKind(manifests, 'Deployment');
    const [broker] = byKind(manifests, 'RabbitmqCluster');
    const change = (manifest: Manifest | undefined, spec: object): Manifest =>
      structuredClone({ ...manifest, spec: { ...manifest?.spec, ...spec } }) as Manifest;

    expect(problemsOf(change(deployment, { stratgy: {} }))).to.deep.equal([
      '/spec/stratgy is not in the schema',
    ]);
    expect(problemsOf(change(deployment, { replicas: 'two' }))).not.to.have.length(0);
    expect(problemsOf(change(deployment, { selector: undefined }))).not.to.have.length(0);
    expect(problemsOf(change(broker, { replica: 3 }))).not.to.have.length(0);
  });

  it('refers only to objects that exist', () => {
    const targets = byKind(manifests, 'HorizontalPodAutoscaler', 'ScaledObject');
    const secrets = stringsOf([...pods.values()], 'secretName');
    const configs = [
      ...namesUnder([...pods.values()], 'configMap'),
      ...namesUnder([...pods.values()], 'configMapRef'),
    ];

    const scaled = targets.map((target) => at(target, 'scaleTargetRef', 'name'));

    expect(scaled).to.have.members(names('Deployment').filter((name) => name !== 'nginx'));
    expect(roleSecrets).to.include.members([...secrets]);
    expect(operatorSecrets).to.include.members([...namesUnder([...pods.values()], 'secretKeyRef')]);
    expect(names('ConfigMap')).to.include.members(configs);
    expect(names('TriggerAuthentication')).to.include.members([
      ...namesUnder(manifests, 'authenticationRef'),
    ]);
    for (const [name, pod] of pods) {
      const mounts = containersOf(pod).flatMap(({ volumeMounts }) => volumeMounts);
      const mounted = new Set(mounts.map((mount) => mount.name));
      expect([...mounted], name).to.have.members(pod.spec.volumes.map((volume) => volume.name));
    }
  });

  it('selects pods that exist', () => {
    const labels = [...[...pods.values()].map(({ metadata }) => metadata.labels), ...operatorLabels];
    const services = byKind(manifests, 'Service').map((service) => at(service, 'selector') as Labels);
    const selectors = valuesOf(
      byKind(manifests, 'NetworkPolicy', 'PodDisruptionBudget'),
      'matchLabels',
    ) as readonly Labels[];
    // The labels of namespaces and of the cluster's own pods are unknown here.
    const isOurs = (selector: Labels) =>
      !('kubernetes.io/metadata.name' in selector) && selector['k8s-app'] !== 'kube-dns';

    const missed = [...services, ...selectors.filter(isOurs)].filter(
      (selector) => !labels.some((pod) => isSelected(pod, selector)),
    );

    const listed = valuesOf(byKind(manifests, 'NetworkPolicy'), 'values').flat();
    expect(missed).to.deep.equal([]);
    expect([...pods.keys(), 'rabbitmq']).to.include.members(listed);
  });

  it('runs the workers of endpoints.yaml, and scales each by its own queue', async () => {
    const model = parseEndpoints(await readFile('endpoints.yaml', 'utf8'), {
      file: 'endpoints.yaml',
      directory: '.',
      env: {},
    });
    const queues = topologyOf(model).queues.map(({ name }) => name);
    const commands = [...pods.values()].flatMap(({ spec }) => spec.containers.map(({ args }) => args));
    const run = commands.filter((args) => args?.[0] === 'work').map((args) => args?.[1]);
    const measured = stringsOf(byKind(manifests, 'ScaledObject'), 'queueName');

    expect(run).to.have.members(model.workers.map(({ name }) => name));
    expect(measured).to.have.length(run.length);
    expect(queues).to.include.members([...measured]);
  });

  it('grants containers no privileges, and mounts only the secrets that they need', () => {
    const hardened = {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    };
    for (const [name, pod] of pods) {
      expect(pod.spec.automountServiceAccountToken, name).to.equal(false);
      expect(pod.spec.securityContext, name).to.deep.include({ runAsNonRoot: true });
      for (const container of containersOf(pod)) {
        expect(container.securityContext, name).to.deep.equal(hardened);
        expect(container.resources.limits.memory, name).to.match(/^\d+Mi$/);
      }
    }
    const running = (secret: string) =>
      [...pods]
        .filter(([, { spec }]) =>
          spec.containers.some(({ volumeMounts }) => volumeMounts.some(({ name }) => name === secret)),
        )
        .map(([name]) => name);
    expect(roleSecrets.map(running)).to.deep.equal([
      ['restmapper'],
      ['liveupdate'],
      ['messages-get', 'messages-post'],
      ['migrate'],
    ]);
    const ofAdministrators = [...pods].filter(([, pod]) => valuesOf(pod, 'secretKeyRef').length > 0);
    expect(ofAdministrators.map(([name]) => name)).to.deep.equal(['migrate']);
  });

  it('names files that make-secrets generates, and grants rights as Compose does', async () => {
    const drawn = await drawnSecrets();
    const source = await readFile('docker-compose.yml', 'utf8');
    const { services } = parse(source, { merge: true }) as {
      services: Record<string, { environment: Record<string, string> }>;
    };

    const variables = [...pods.values()].flatMap(containersOf).flatMap(({ env = [] }) => env);
    const files = variables.filter(({ name }) => name.endsWith('_FILE'));

    expect(drawn).to.include.members(files.map(({ value = '' }) => value));
    const passwords = files.filter(({ name }) => name.includes('PASSWORD'));
    const environment = services['rights']?.environment ?? {};
    expect(environment).to.include(Object.fromEntries(passwords.map(({ name, value }) => [name, value])));
    const administrators = Object.keys(environment).filter((name) => name.includes('ADMIN'));
    expect(variables.map(({ name }) => `${name}_FILE`)).to.include.members(administrators);
    expect(passwords).to.have.length(Object.keys(environment).length - administrators.length);
  });

  it('names existing services to nginx and in PEERS', async () => {
    const services = new Map(
      byKind(manifests, 'Service').map((service) => [service.metadata.name, valuesOf(service, 'port')[0]]),
    );
    const platform = await readFile(join(folder, 'base/platform.conf'), 'utf8');
    const env = pods.get('restmapper')?.spec.containers[0]?.env ?? [];
    const peers = env.find(({ name }) => name === 'PEERS')?.value?.split(',') ?? [];

    const upstreams = [...platform.matchAll(/default ([\w-]+)\.(\w+)\.svc\.cluster\.local:(\d+);/g)];

    expect(upstreams.map(([, name, namespace]) => [name, namespace])).to.deep.equal([
      ['restmapper', 'restmapper'],
      ['liveupdate', 'restmapper'],
    ]);
    for (const [, name = '', , port] of upstreams) expect(services.get(name)).to.equal(Number(port));
    expect(peers).to.have.length(names('Deployment').length - 1);
    for (const peer of peers) {
      const { hostname, port } = new URL(peer);
      expect(services.get(hostname), hostname).to.equal(Number(port));
    }
  });

  it('differs with three brokers only in the broker', async () => {
    const overlay = await renderManifests(join(folder, 'three-brokers'));

    const isBroker = ({ kind }: Manifest) => kind === 'RabbitmqCluster';

    expect(overlay.filter((manifest) => !isBroker(manifest))).to.deep.equal(
      manifests.filter((manifest) => !isBroker(manifest)),
    );
    expect(overlay.filter(isBroker).map((broker) => at(broker, 'replicas'))).to.deep.equal([3]);
  });
});
