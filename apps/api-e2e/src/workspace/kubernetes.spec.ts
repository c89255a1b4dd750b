import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadAll } from 'js-yaml';
import * as apps from 'kubernetes-models/apps/v1';
import * as autoscaling from 'kubernetes-models/autoscaling/v2';
import * as batch from 'kubernetes-models/batch/v1';
import * as networking from 'kubernetes-models/networking.k8s.io/v1';
import * as policy from 'kubernetes-models/policy/v1';
import * as core from 'kubernetes-models/v1';
import { describe, expect, it } from 'vitest';

const WORKSPACE = join(import.meta.dirname, '../../../..');
const FOLDER = join(WORKSPACE, 'deploy/kubernetes');

const schemas: Record<string, object> = {
  'apps/v1': apps,
  'autoscaling/v2': autoscaling,
  'batch/v1': batch,
  'networking.k8s.io/v1': networking,
  'policy/v1': policy,
  v1: core,
};

interface Container {
  resources: object;
  securityContext: object;
  command?: string[];
  envFrom: object[];
  [probe: `${string}Probe`]: { httpGet: { path: string; port: string } };
}
interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string };
  data?: Record<string, string>;
  spec: {
    replicas?: number;
    type?: string;
    template: {
      spec: { containers: Container[]; terminationGracePeriodSeconds?: number; securityContext: object };
    };
  };
}

/** Renders with the Kustomize of kubectl. */
function render(folder: string): Manifest[] {
  const yaml = execFileSync('kubectl', ['kustomize', join(FOLDER, folder)], { encoding: 'utf8' });
  return loadAll(yaml) as Manifest[];
}

const version = spawnSync('kubectl', ['version', '--client'], { encoding: 'utf8' }).stdout ?? '';
const isInstalled = /Kustomize Version: v[5-9]/.test(version);
if (!isInstalled && process.env['REQUIRE_KUBECTL'])
  throw new Error('kubectl with Kustomize 5 is not installed');
if (!isInstalled)
  console.warn('SKIPPED, since kubectl with Kustomize 5 is not installed: the Kubernetes manifests');

/** Declares each manifest as a constant of its type, which the compiler checks: missing, unknown and wrong fields. */
function typesOf(manifests: Manifest[]): string {
  return manifests
    .map((manifest, i) => {
      const { apiVersion, kind } = manifest;
      const type = `import('kubernetes-models/${apiVersion}').I${kind}`;
      return `export const _${i}: ${type} = ${JSON.stringify(manifest)};`;
    })
    .join('\n');
}

/** @returns what the compiler says */
function check(manifests: Manifest[]): string {
  const folder = join(WORKSPACE, 'node_modules/.cache/kubernetes');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'manifests.ts');
  writeFileSync(file, typesOf(manifests));
  const options = ['--noEmit', '--strict', '--skipLibCheck', '--module', 'nodenext', '--ignoreConfig'];
  const tsc = join(WORKSPACE, 'node_modules/typescript/bin/tsc');
  return spawnSync(process.execPath, [tsc, ...options, file], { encoding: 'utf8' }).stdout;
}

describe.skipIf(!isInstalled)('the manifests for Kubernetes', () => {
  const overlays = ['overlays/production', 'overlays/local'];
  const find = (manifests: Manifest[], kind: string, name: string): Manifest =>
    manifests.find((manifest) => manifest.kind === kind && manifest.metadata.name.startsWith(name))!;

  it.each(['base', ...overlays])('of %s are valid by the schemas of Kubernetes', async (folder) => {
    const manifests = render(folder);
    expect(manifests.length).toBeGreaterThanOrEqual(8);
    expect(check(manifests)).toBe('');
    for (const manifest of manifests) {
      const models = schemas[manifest.apiVersion] as Record<
        string,
        new (data: object) => { validate(): void }
      >;
      new models[manifest.kind]!(manifest).validate();
    }
  });

  it('would not be with a misspelt, a wrong or a missing field', () => {
    const api = JSON.stringify(find(render('base'), 'Deployment', 'gatehouse-api'));
    const broken = [
      ['livenessProbe', 'livenesProbe'],
      ['"replicas":3', '"replicas":"3"'],
      ['"name":"api",', ''],
    ].map(([from, to]) => JSON.parse(api.replace(from!, to!)) as Manifest);
    const found = check(broken);
    expect(found).toContain('"livenesProbe"');
    expect(found).toContain("'string' is not assignable to type 'number'");
    expect(found).toContain('is missing in type');
  });

  it('run what the source of the project asks for: three replicas with resources and probes', () => {
    const manifests = render('base');
    const api = find(manifests, 'Deployment', 'gatehouse-api');
    expect(api.spec.replicas).toBe(3);
    const [container] = api.spec.template.spec.containers;
    expect(container!.resources).toEqual({
      requests: { cpu: '100m', memory: '256Mi' },
      limits: { cpu: '500m', memory: '512Mi' },
    });
    expect(container!.livenessProbe!.httpGet.path).toBe('/health/live');
    expect(container!.readinessProbe!.httpGet.path).toBe('/health/ready');
    for (const kind of ['Service', 'Ingress', 'PodDisruptionBudget', 'NetworkPolicy'])
      expect(find(manifests, kind, 'gatehouse')).toBeDefined();
    expect(find(render('overlays/production'), 'HorizontalPodAutoscaler', 'gatehouse-api')).toBeDefined();
  });

  it.each(overlays)(
    'of %s run no container with more rights than it needs, and no secret in a setting',
    (overlay) => {
      const manifests = render(overlay);
      const own = manifests.filter(
        ({ kind, metadata }) => /Deployment|Job/.test(kind) && metadata.name.startsWith('gatehouse'),
      );
      expect(own.map(({ metadata }) => metadata.name).toSorted()).toEqual([
        'gatehouse-api',
        'gatehouse-migrate',
        'gatehouse-worker',
      ]);
      for (const { spec } of own) {
        const pod = spec.template.spec;
        expect(pod).toMatchObject({
          automountServiceAccountToken: false,
          securityContext: { runAsNonRoot: true },
        });
        for (const { securityContext } of pod.containers)
          expect(securityContext).toMatchObject({
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ['ALL'] },
          });
      }
      const settings = find(manifests, 'ConfigMap', 'gatehouse-settings').data!;
      expect(
        Object.keys(settings).filter((name) => /SECRET|PASSWORD|TOKEN|_KEY|DATABASE_URL/.test(name)),
      ).toEqual([]);
      if (overlay.endsWith('production')) expect(manifests.some(({ kind }) => kind === 'Secret')).toBe(false);
    },
  );

  it('give a pod more time to end than the application takes', () => {
    const settings = find(render('base'), 'ConfigMap', 'gatehouse-settings').data!;
    for (const name of ['gatehouse-api', 'gatehouse-worker']) {
      const { terminationGracePeriodSeconds } = find(render('base'), 'Deployment', name).spec.template.spec;
      // Five seconds before SIGTERM, and ten for closing pools.
      expect(terminationGracePeriodSeconds).toBeGreaterThan(
        5 + Number(settings['SHUTDOWN_GRACE_SECONDS']) + 10,
      );
    }
  });
});
