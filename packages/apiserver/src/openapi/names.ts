const packages: Readonly<Record<string, string>> = {
  'apiextensions.k8s.io': 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions',
  'apiregistration.k8s.io': 'io.k8s.kube-aggregator.pkg.apis.apiregistration',
};

/** The prefix of the schema names of a built-in group: `io.k8s.api.apps.v1`. */
export function schemaPrefix(group: string, version: string): string {
  const name = group === '' ? 'core' : (group.split('.')[0] ?? group);
  return `${packages[group] ?? `io.k8s.api.${name}`}.${version}`;
}

export function schemaName(group: string, version: string, kind: string): string {
  return `${schemaPrefix(group, version)}.${kind}`;
}

/** The name of a custom resource's schema: the group reversed. */
export function customSchemaName(group: string, version: string, kind: string): string {
  return `${group.split('.').reverse().join('.')}.${version}.${kind}`;
}
