import { duplicate, invalidValue, required, tooMany, type FieldError } from '../errors.ts';
import { isRecord, jsonEqual, listOf, recordOf, stringOf, type JsonRecord } from '../json.ts';
import { checkRules } from './check-rules.ts';
import { validateStructure } from './validate-structure.ts';

type Source = Readonly<JsonRecord>;

const columnTypes = ['boolean', 'date', 'integer', 'number', 'string'];
const columnFormats = ['byte', 'date', 'date-time', 'double', 'float', 'int32', 'int64', 'password'];
const maxSelectableFields = 8;

/** Judges what each version of a definition says of its objects. */
export function validateVersions(versions: readonly Source[]): FieldError[] {
  const schemaField = fieldOf(versions, 'schema', 'validation');
  const subresourcesField = fieldOf(versions, 'subresources', 'subresources');
  const columnsField = fieldOf(versions, 'additionalPrinterColumns', 'additionalPrinterColumns');
  const selectableField = fieldOf(versions, 'selectableFields', 'selectableFields');
  return versions.flatMap((version, index) => {
    const schema = recordOf(version.schema).openAPIV3Schema;
    const subresources = recordOf(version.subresources);
    const errors: FieldError[] = [...validateDeprecation(version, index)];
    if (!isRecord(schema)) {
      errors.push(required(`spec.versions[${index}].schema.openAPIV3Schema`, 'schemas are required'));
    } else {
      const field = schemaField(index);
      if (field !== undefined) {
        const path = `${field}.openAPIV3Schema`;
        const found = validateStructure(schema, path, subresources.status !== undefined);
        errors.push(...found, ...checkRules(schema, path, found.length === 0));
      }
    }
    const scaleField = subresourcesField(index);
    if (scaleField !== undefined && isRecord(subresources.scale))
      errors.push(...validateScale(subresources.scale, scaleField));
    const columns = columnsField(index);
    if (columns !== undefined) errors.push(...validateColumns(version, columns));
    const selectable = selectableField(index);
    if (selectable !== undefined)
      errors.push(...validateSelectable(version, isRecord(schema) ? schema : {}, selectable));
    return errors;
  });
}

/** Where the parts of a version are reported: at the top when they are the same in all versions. */
function fieldOf(versions: readonly Source[], key: string, top: string): (index: number) => string | undefined {
  const same = versions.every((version) => jsonEqual(version[key], versions[0]?.[key]));
  if (same) return (index) => (index === 0 ? `spec.${top}` : undefined);
  return (index) => `spec.versions[${index}].${key}`;
}

function validateDeprecation(version: Source, index: number): FieldError[] {
  const { deprecated, deprecationWarning: warning } = version;
  if (warning === undefined) return [];
  const field = `spec.versions[${index}].deprecationWarning`;
  if (deprecated !== true) return [invalidValue(field, warning, 'can only be set for deprecated versions')];
  const text = stringOf(warning);
  return text.length >= 1 && text.length <= 256
    ? []
    : [invalidValue(field, warning, 'must be between 1 and 256 characters')];
}

function validateScale(scale: Source, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const check = (key: string, prefixes: readonly string[]) => {
    const value = stringOf(scale[key]);
    const field = `${path}.scale.${key}`;
    if (value === '') errors.push(required(field));
    else if (!prefixes.some((prefix) => value.startsWith(`${prefix}.`))) {
      errors.push(invalidValue(field, value, `should be a json path under ${prefixes.join(' or ')}`));
    }
  };
  check('specReplicasPath', ['.spec']);
  check('statusReplicasPath', ['.status']);
  if (scale.labelSelectorPath !== undefined) check('labelSelectorPath', ['.spec', '.status']);
  return errors;
}

function validateColumns(version: Source, path: string): FieldError[] {
  return listOf(version.additionalPrinterColumns).flatMap((column, index) => {
    const { name, type, jsonPath, format } = recordOf(column);
    const at = `${path}[${index}]`;
    const errors: FieldError[] = [];
    if (stringOf(name) === '') errors.push(required(`${at}.name`));
    if (stringOf(type) === '') errors.push(required(`${at}.type`, `must be one of ${columnTypes.join(',')}`));
    else if (!columnTypes.includes(stringOf(type))) {
      errors.push(invalidValue(`${at}.type`, type, `must be one of ${columnTypes.join(',')}`));
    }
    if (stringOf(format) !== '' && !columnFormats.includes(stringOf(format))) {
      errors.push(invalidValue(`${at}.format`, format, `must be one of ${columnFormats.join(',')}`));
    }
    if (stringOf(jsonPath) === '') errors.push(required(`${at}.JSONPath`));
    else if (!stringOf(jsonPath).startsWith('.')) {
      errors.push(invalidValue(`${at}.JSONPath`, jsonPath, 'must be a simple json path starting with .'));
    }
    return errors;
  });
}

function validateSelectable(version: Source, schema: Source, path: string): FieldError[] {
  const fields = listOf(version.selectableFields).map((field) => stringOf(recordOf(field).jsonPath));
  const errors: FieldError[] = [];
  if (fields.length > maxSelectableFields) errors.push(tooMany(path, fields.length, maxSelectableFields));
  for (const [index, field] of fields.entries()) {
    const at = `${path}[${index}].jsonPath`;
    if (fields.indexOf(field) < index) errors.push(duplicate(at, field));
    else errors.push(...validateSelectablePath(schema, field, at));
  }
  return errors;
}

function validateSelectablePath(schema: Source, path: string, at: string): FieldError[] {
  if (path.startsWith('.metadata')) return [invalidValue(at, path, 'must not point to fields in metadata')];
  let node: unknown = schema;
  for (const key of path.split('.').slice(1)) node = recordOf(recordOf(node).properties)[key];
  if (!isRecord(node)) return [invalidValue(at, path, 'is an invalid path: does not refer to a valid field')];
  if (['string', 'boolean', 'integer'].includes(stringOf(node.type))) return [];
  const why =
    'must point to a field of type string, boolean or integer. Enum string fields and strings with formats are allowed.';
  return [invalidValue(at, path, why)];
}
