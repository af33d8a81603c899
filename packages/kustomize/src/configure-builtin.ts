import { stringify, type Data } from '@sluice/manifest';
import { KustomizeError } from './errors.ts';
import { isFinal } from './loader.ts';

/**
 * Makes a built-in generator or transformer from fields of a kustomization. Its error quotes the configuration.
 * @param kind name of the plug-in
 * @param config plain data; empty texts count as absent
 */
export function configureBuiltin<T>(kind: string, config: unknown, make: () => T): T {
  if (forbidden.test(JSON.stringify(config))) {
    throw new KustomizeError(`builtin ${kind} marshal: yaml: control characters are not allowed`);
  }
  try {
    return make();
  } catch (error) {
    if (isFinal(error) || !(error instanceof KustomizeError) || isUnframed(error)) throw error;
    throw error.prefixed(`trouble configuring builtin ${kind} with config: \`\n${stringify(present(config))}\``);
  }
}

// The configuration travels as YAML, which cannot hold these.
const forbidden = /[\x7f-\x84\x86-\x9f\ufffe\uffff]/;

function isUnframed(error: KustomizeError): boolean {
  return error.upstream.startsWith('failed to merge');
}

function present(config: unknown): Data {
  if (Array.isArray(config)) return config.map(present);
  if (typeof config !== 'object' || config === null) return config as Data; // strings, numbers and booleans of a kustomization
  const entries = Object.entries(config).filter(([, value]) => value !== '' && value !== undefined && value !== false);
  return Object.fromEntries(entries.map(([key, value]) => [key, present(value)]));
}
