import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { parseAllDocuments } from 'yaml';
import { findExecutable, programs } from '../support/programs.ts';

/** An object as Kubernetes receives it. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Labels;
  };
  readonly spec?: Readonly<Record<string, unknown>>;
  readonly data?: Readonly<Record<string, string>>;
}

export type Labels = Readonly<Record<string, string>>;

/** The pod templates of deployments and jobs. */
export interface PodTemplate {
  readonly metadata: { readonly labels: Labels };
  readonly spec: PodSpec;
}

export interface PodSpec {
  readonly automountServiceAccountToken?: boolean;
  readonly terminationGracePeriodSeconds?: number;
  readonly securityContext?: unknown;
  readonly initContainers?: readonly Container[];
  readonly containers: readonly Container[];
  readonly volumes: readonly Volume[];
}

export interface Container {
  readonly image: string;
  readonly args?: readonly string[];
  readonly env?: readonly { readonly name: string; readonly value?: string }[];
  readonly ports?: readonly { readonly name: string; readonly containerPort: number }[];
  readonly securityContext?: unknown;
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
  readonly resources: { readonly limits: { readonly memory: string } };
}

export interface Volume {
  readonly name: string;
  readonly secret?: { readonly secretName: string };
  readonly configMap?: { readonly name: string };
}

/** Renders a kustomization as `kubectl apply -k` would. @throws Error with kustomize's message. */
export async function renderManifests(folder: string): Promise<readonly Manifest[]> {
  const kubectl = await findExecutable(programs.kubectl);
  const { stdout } = await promisify(execFile)(kubectl, ['kustomize', folder], { timeout: 30_000 });
  return parseAllDocuments(stdout).map((document) => document.toJS() as Manifest);
}

export function byKind(manifests: readonly Manifest[], ...kinds: string[]): readonly Manifest[] {
  return manifests.filter(({ kind }) => kinds.includes(kind));
}

/** The value at a path of keys in a manifest's `spec`. */
export function at({ spec }: Manifest, ...path: string[]): unknown {
  return path.reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], spec);
}

/** Our own pods, by the name of the object that creates them. */
export function podTemplates(manifests: readonly Manifest[]): ReadonlyMap<string, PodTemplate> {
  const makers = byKind(manifests, 'Deployment', 'Job');
  return new Map(makers.map((maker) => [maker.metadata.name, at(maker, 'template') as PodTemplate]));
}

/** Init containers included. */
export function containersOf({ spec }: PodTemplate): readonly Container[] {
  return [...(spec.initContainers ?? []), ...spec.containers];
}

export function isSelected(labels: Labels, selector: Labels): boolean {
  return Object.entries(selector).every(([key, value]) => labels[key] === value);
}
