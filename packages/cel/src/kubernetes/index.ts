export { kubernetesEnvironment } from './environment.ts';
export { escapeField, schemaType, type TypeSchema } from './schema-type.ts';
