import { KustomizeError } from '../errors.ts';
import type { LayerContext } from '../layer-context.ts';
import { Resource } from '../resource.ts';
import { MappingNode, ScalarNode, getOrCreateMap, newString, setField } from '../tree.ts';
import type { Generator } from './generator.ts';

export interface IamPolicyConfig {
  cloud?: string;
  kubernetesService?: { name?: string; namespace?: string };
  serviceAccount?: { name?: string; projectId?: string };
}

/** Built-in plug-in IAMPolicyGenerator: a ServiceAccount bound to a Google service account (engine §9.10). */
export function iamPolicyGenerator(
  { cloud = '', kubernetesService, serviceAccount }: IamPolicyConfig,
  layer: LayerContext,
): Generator {
  return () => {
    if (cloud !== 'gke') throw new KustomizeError(`cloud provider ${cloud} not supported yet`);
    const root = new MappingNode();
    setField(root, 'apiVersion', new ScalarNode('v1', '!!str'));
    setField(root, 'kind', new ScalarNode('ServiceAccount', '!!str'));
    const metadata = getOrCreateMap(root, 'metadata');
    if (metadata === undefined) return [];
    const account = `${serviceAccount?.name ?? ''}@${serviceAccount?.projectId ?? ''}.iam.gserviceaccount.com`;
    setField(getOrCreateMap(metadata, 'annotations'), 'iam.gke.io/gcp-service-account', newString(account));
    setField(metadata, 'name', newString(kubernetesService?.name ?? ''));
    if (kubernetesService?.namespace) setField(metadata, 'namespace', newString(kubernetesService.namespace));
    return [new Resource(root, { file: layer.file, line: 1 }, layer.build.scopeOf)];
  };
}
