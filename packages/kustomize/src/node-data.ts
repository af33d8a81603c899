import { YamlError, toBuildData, type Data, type Node } from '@sluice/manifest';
import { KustomizeError, type ErrorPlace } from './errors.ts';

/** The data of a tree as it would be printed. @throws KustomizeError for keys and values that cannot be */
export function nodeData(node: Node, place: ErrorPlace = {}): Data {
  try {
    return toBuildData(node);
  } catch (error) {
    if (!(error instanceof YamlError)) throw error;
    const where = error.line === 0 ? {} : { file: error.file, line: error.line };
    throw new KustomizeError(error.message, { ...place, ...where }, { cause: error });
  }
}
