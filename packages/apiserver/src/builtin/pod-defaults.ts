import { stringOf, type JsonRecord } from '../json.ts';
import { ensureRecord, fill, recordAt, recordsAt } from './fill.ts';

/** The defaults of the pod spec of a Pod or of a template. */
export function defaultPodSpec(spec: JsonRecord, isPod = false): void {
  fill(spec, 'restartPolicy', 'Always');
  fill(spec, 'dnsPolicy', 'ClusterFirst');
  fill(spec, 'schedulerName', 'default-scheduler');
  if (spec.terminationGracePeriodSeconds === undefined) spec.terminationGracePeriodSeconds = 30;
  ensureRecord(spec, 'securityContext');
  fill(spec, 'serviceAccountName', spec.serviceAccount);
  fill(spec, 'serviceAccount', spec.serviceAccountName);
  if (spec.serviceAccountName === undefined) {
    delete spec.serviceAccountName;
    delete spec.serviceAccount;
  }
  for (const volume of recordsAt(spec, 'volumes')) defaultVolume(volume);
  for (const list of ['initContainers', 'containers', 'ephemeralContainers']) {
    for (const container of recordsAt(spec, list))
      defaultContainer(container, { isPod, hostNetwork: spec.hostNetwork === true });
  }
  if (isPod && spec.enableServiceLinks === undefined) spec.enableServiceLinks = true;
}

/** The defaults of a pod template, where the owner has one. */
export function defaultPodTemplate(owner: JsonRecord): void {
  const template = recordAt(owner, 'template');
  const spec = template === undefined ? undefined : recordAt(template, 'spec');
  if (spec !== undefined) defaultPodSpec(spec);
}

function defaultContainer(
  container: JsonRecord,
  { isPod, hostNetwork }: { isPod: boolean; hostNetwork: boolean },
): void {
  fill(container, 'terminationMessagePath', '/dev/termination-log');
  fill(container, 'terminationMessagePolicy', 'File');
  fill(container, 'imagePullPolicy', pullPolicyOf(stringOf(container.image)));
  const resources = ensureRecord(container, 'resources');
  const limits = recordAt(resources, 'limits');
  if (isPod && limits !== undefined) resources.requests = { ...limits, ...recordAt(resources, 'requests') };
  for (const port of recordsAt(container, 'ports')) {
    fill(port, 'protocol', 'TCP');
    if (isPod && hostNetwork && port.hostPort === undefined) port.hostPort = port.containerPort;
  }
  for (const probe of ['livenessProbe', 'readinessProbe', 'startupProbe']) {
    const found = recordAt(container, probe);
    if (found !== undefined) defaultProbe(found);
  }
  const lifecycle = recordAt(container, 'lifecycle') ?? {};
  for (const hook of ['postStart', 'preStop']) {
    const get = recordAt(recordAt(lifecycle, hook) ?? {}, 'httpGet');
    if (get !== undefined) defaultHttpGet(get);
  }
  for (const variable of recordsAt(container, 'env')) {
    const reference = recordAt(recordAt(variable, 'valueFrom') ?? {}, 'fieldRef');
    if (reference !== undefined) fill(reference, 'apiVersion', 'v1');
  }
}

/** `Always` for `latest` and for images without tag and digest. */
function pullPolicyOf(image: string): string {
  const hasDigest = image.includes('@');
  const [name = ''] = image.split('@');
  const tag = /:([^/:]*)$/.exec(name)?.[1];
  if (tag === undefined) return hasDigest ? 'IfNotPresent' : 'Always';
  return tag === 'latest' ? 'Always' : 'IfNotPresent';
}

function defaultProbe(probe: JsonRecord): void {
  const numbers = { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 };
  for (const [key, value] of Object.entries(numbers)) fill(probe, key, value);
  const get = recordAt(probe, 'httpGet');
  if (get !== undefined) defaultHttpGet(get);
  const grpc = recordAt(probe, 'grpc');
  if (grpc !== undefined && grpc.service === undefined) grpc.service = '';
}

function defaultHttpGet(get: JsonRecord): void {
  fill(get, 'path', '/');
  fill(get, 'scheme', 'HTTP');
}

const volumeDefaults: Readonly<Record<string, Readonly<JsonRecord>>> = {
  secret: { defaultMode: 420 },
  configMap: { defaultMode: 420 },
  downwardAPI: { defaultMode: 420 },
  projected: { defaultMode: 420 },
  iscsi: { iscsiInterface: 'default' },
  rbd: { pool: 'rbd', user: 'admin', keyring: '/etc/ceph/keyring' },
  azureDisk: { cachingMode: 'ReadWrite', kind: 'Shared', fsType: 'ext4', readOnly: false },
  scaleIO: { storageMode: 'ThinProvisioned', fsType: 'xfs' },
};

function defaultVolume(volume: JsonRecord): void {
  const sources = Object.keys(volume).filter((key) => key !== 'name');
  if (sources.length === 0) volume.emptyDir = {};
  for (const source of sources) {
    const found = recordAt(volume, source);
    if (found === undefined) continue;
    for (const [key, value] of Object.entries(volumeDefaults[source] ?? {})) fill(found, key, value);
  }
  const hostPath = recordAt(volume, 'hostPath');
  if (hostPath !== undefined && hostPath.type === undefined) hostPath.type = '';
  const image = recordAt(volume, 'image');
  if (image !== undefined) fill(image, 'pullPolicy', pullPolicyOf(stringOf(image.reference)));
  defaultFieldRefs(recordAt(volume, 'downwardAPI'));
  for (const source of recordsAt(recordAt(volume, 'projected') ?? {}, 'sources')) {
    defaultFieldRefs(recordAt(source, 'downwardAPI'));
    const token = recordAt(source, 'serviceAccountToken');
    if (token !== undefined) fill(token, 'expirationSeconds', 3600);
  }
  const claim = recordAt(recordAt(recordAt(volume, 'ephemeral') ?? {}, 'volumeClaimTemplate') ?? {}, 'spec');
  if (claim !== undefined) fill(claim, 'volumeMode', 'Filesystem');
}

function defaultFieldRefs(downward: JsonRecord | undefined): void {
  for (const item of recordsAt(downward ?? {}, 'items')) {
    const reference = recordAt(item, 'fieldRef');
    if (reference !== undefined) fill(reference, 'apiVersion', 'v1');
  }
}
