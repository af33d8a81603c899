export { kubernetesEnvironment } from './kubernetes/environment.ts';
export { escapeField, schemaType, type TypeSchema } from './kubernetes/schema-type.ts';
