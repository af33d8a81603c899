import { forbiddenField, required, type FieldError } from '../errors.ts';
import { isRecord, listOf, type JsonRecord } from '../json.ts';
import { schemaOfKey, type StructuralSchema } from './schema.ts';

type Source = Readonly<JsonRecord>;

const structuralOnly = ['default', 'title', 'description', 'additionalProperties'];
const junctors = ['allOf', 'anyOf', 'oneOf'] as const;

/** In a junctor only values are restricted: what an object consists of is said outside of it. */
export function validateJunctors(schema: Source, path: string): FieldError[] {
  const branches = junctors.flatMap((name) =>
    listOf(schema[name]).map((branch, i) => ({ branch, at: `${path}.${name}[${i}]`, name, i })),
  );
  const all = isRecord(schema.not)
    ? [...branches, { branch: schema.not, at: `${path}.not`, name: 'not', i: 0 }]
    : branches;
  return all.flatMap(({ branch, at, name, i }) => {
    if (!isRecord(branch)) return [];
    if (schema['x-kubernetes-int-or-string'] === true && isIntOrStringPattern(branch, name, i)) return [];
    return validateBranch(branch, at, schema);
  });
}

function isIntOrStringPattern(branch: Source, name: string, index: number): boolean {
  if (name === 'anyOf') return branch.type === (index === 0 ? 'integer' : 'string');
  return name === 'allOf' && index === 0 && Array.isArray(branch.anyOf);
}

function validateBranch(branch: Source, path: string, structural: Source): FieldError[] {
  const errors: FieldError[] = [];
  for (const keyword of [...structuralOnly, ...Object.keys(branch).filter((key) => key.startsWith('x-kubernetes-'))]) {
    if (branch[keyword] !== undefined && keyword !== 'x-kubernetes-validations') {
      errors.push(forbiddenField(`${path}.${keyword}`, 'must be undefined to be structural'));
    }
  }
  if (branch.nullable === true) errors.push(forbiddenField(`${path}.nullable`, 'must be false to be structural'));
  if (branch.type !== undefined) errors.push(forbiddenField(`${path}.type`, 'must be empty to be structural'));
  if (isRecord(branch.properties)) {
    for (const [key, child] of Object.entries(branch.properties)) {
      if (!isRecord(child)) continue;
      const at = `${path}.properties[${key}]`;
      const known = schemaOfKey(structural as StructuralSchema, key);
      if (known === undefined) errors.push(required(structuralPath(path, key), `because it is defined in ${at}`));
      else errors.push(...validateBranch(child, at, known as Source));
    }
  }
  if (isRecord(branch.items) && isRecord(structural.items)) {
    errors.push(...validateBranch(branch.items, `${path}.items`, structural.items));
  }
  return [...errors, ...validateJunctors(branch, path)];
}

/** The place outside of the junctor where a property had to be specified. */
function structuralPath(path: string, key: string): string {
  return `${path.replace(/\.(allOf|anyOf|oneOf)\[\d+\]|\.not/g, '')}.properties[${key}]`;
}
