import { YamlError, parseDocument, toData, type Data } from '@sluice/manifest';
import { KustomizeError, prefixErrors } from './errors.ts';
import { decode } from './kustomization/decode.ts';
import type { Shape } from './kustomization/shapes.ts';

/** YAML or JSON to data as Go's `yaml.Unmarshal` sees it. */
export function readYamlData(text: string, file: string): Data {
  try {
    return toData(parseDocument(text, { setting: 'json', file }));
  } catch (error) {
    if (!(error instanceof YamlError)) throw error;
    throw new KustomizeError(
      `error converting YAML to JSON: ${error.message}`,
      { file, line: error.line },
      { cause: error },
    );
  }
}

/** Decodes as Go's `yaml.Unmarshal` does, whose errors have this prefix; it knows where text is wanted. */
export function decodeYaml(data: Data, shape: Shape, strict: boolean): unknown {
  return prefixErrors('error unmarshaling JSON: while decoding JSON', () =>
    decode(data, shape, { strict, coerce: true }),
  );
}
