import type { KubeObject } from '@sluice/api';
import { forbiddenField, immutable, invalidValue, required, tooLong, type FieldError } from '../errors.ts';
import { isRecord, jsonEqual, recordOf, setKey, stringOf } from '../json.ts';
import type { Draft } from '../registry/resource.ts';
import { configKeyProblems } from '../validate/names.ts';
import type { KindRules } from './strategy.ts';

const maxDataBytes = 1_048_576;

export const configMapRules: KindRules = {
  validate: (object) => {
    const data = recordOf(object.data);
    const binary = recordOf(object.binaryData);
    const errors = [...validateKeys(data, 'data'), ...validateKeys(binary, 'binaryData')];
    for (const key of Object.keys(data)) {
      if (Object.hasOwn(binary, key))
        errors.push(invalidValue(`data[${key}]`, key, 'duplicate of key present in binaryData'));
    }
    const size = bytesOf(data, (value) => Buffer.byteLength(value)) + bytesOf(binary, decodedLength);
    // The validator was given no field; its path prints as this.
    if (size > maxDataBytes) errors.push(tooLong('[]', maxDataBytes));
    return errors;
  },
  validateUpdate: (object, old) => validateImmutable(object, old, ['data', 'binaryData']),
};

export const secretRules: KindRules = {
  defaults: foldStringData,
  selectableFields: ['type'],
  validate: (object) => {
    const data = recordOf(object.data);
    const errors = validateKeys(data, 'data');
    if (bytesOf(data, decodedLength) > maxDataBytes) errors.push(tooLong('data', maxDataBytes));
    return [...errors, ...validateSecretType(object)];
  },
  validateUpdate: (object, old) => [
    ...(object.type === old.type ? [] : [immutable('type', object.type)]),
    ...validateImmutable(object, old, ['data']),
  ],
};

/** `stringData` is a way to write `data`; it is never stored. */
function foldStringData(object: Draft): void {
  if (object.type === undefined) object.type = 'Opaque';
  const plain = object.stringData;
  delete object.stringData;
  if (!isRecord(plain)) return;
  const data = { ...recordOf(object.data) };
  for (const [key, value] of Object.entries(plain)) setKey(data, key, Buffer.from(stringOf(value)).toString('base64'));
  object.data = data;
}

function validateKeys(data: Readonly<Record<string, unknown>>, field: string): FieldError[] {
  return Object.keys(data).flatMap((key) =>
    configKeyProblems(key).map((problem) => invalidValue(`${field}[${key}]`, key, problem)),
  );
}

function bytesOf(data: Readonly<Record<string, unknown>>, measure: (text: string) => number): number {
  return Object.values(data).reduce<number>((sum, value) => sum + measure(stringOf(value)), 0);
}

function decodedLength(base64: string): number {
  const padding = base64.endsWith('==') ? 2 : base64.endsWith('=') ? 1 : 0;
  return (base64.length / 4) * 3 - padding;
}

function validateImmutable(object: KubeObject, old: KubeObject, fields: readonly string[]): FieldError[] {
  if (old.immutable !== true) return [];
  const why = 'field is immutable when `immutable` is set';
  const errors = object.immutable === true ? [] : [forbiddenField('immutable', why)];
  for (const field of fields) {
    if (!jsonEqual(object[field] ?? {}, old[field] ?? {})) errors.push(forbiddenField(field, why));
  }
  return errors;
}

function validateSecretType(object: KubeObject): FieldError[] {
  const data = recordOf(object.data);
  const missing = (key: string) => (Object.hasOwn(data, key) ? [] : [required(`data[${key}]`)]);
  switch (object.type) {
    case 'kubernetes.io/dockerconfigjson':
      return validateJson(data, '.dockerconfigjson');
    case 'kubernetes.io/dockercfg':
      return validateJson(data, '.dockercfg');
    case 'kubernetes.io/tls':
      return [...missing('tls.crt'), ...missing('tls.key')];
    case 'kubernetes.io/basic-auth':
      if (Object.hasOwn(data, 'username') || Object.hasOwn(data, 'password')) return [];
      return [...missing('username'), ...missing('password')];
    case 'kubernetes.io/ssh-auth':
      return stringOf(data['ssh-privatekey']) === '' ? [required('data[ssh-privatekey]')] : [];
    case 'kubernetes.io/service-account-token': {
      const annotation = 'kubernetes.io/service-account.name';
      const name = object.metadata.annotations?.[annotation] ?? '';
      return name === '' ? [required(`metadata.annotations[${annotation}]`)] : [];
    }
    default:
      return [];
  }
}

function validateJson(data: Readonly<Record<string, unknown>>, key: string): FieldError[] {
  const field = `data[${key}]`;
  if (!Object.hasOwn(data, key)) return [required(field)];
  try {
    JSON.parse(Buffer.from(stringOf(data[key]), 'base64').toString('utf8'));
    return [];
  } catch {
    // The contents stay out of the message.
    return [invalidValue(field, '<secret contents redacted>', 'invalid character looking for beginning of value')];
  }
}
