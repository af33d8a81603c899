import { isRecord } from '@sluice/api';
import type { Data, DataObject } from '@sluice/manifest';

const mask = '**SOPS**';
const dockerMask = '{"mask":"**SOPS**"}';
const dockerType = 'kubernetes.io/dockerconfigjson';

/**
 * A Secret with what SOPS encrypted replaced by a mask: nothing is decrypted, and no ciphertext is shown. Secrets that
 * are not encrypted are left as they are. @see cli.md §15.2-7
 */
export function maskSops(object: DataObject): DataObject {
  if (object['apiVersion'] !== 'v1' || object['kind'] !== 'Secret') return object;
  if (!isEncrypted(object['sops'])) {
    return mapField(object, 'data', (value) => (isCiphertext(decoded(value)) ? toBase64(mask) : value));
  }
  const { sops: _, ...rest } = object;
  const text = object['type'] === dockerType ? dockerMask : mask;
  return mapField(
    mapField(rest, 'data', () => toBase64(text)),
    'stringData',
    () => text,
  );
}

function isEncrypted(sops: Data | undefined): boolean {
  return isRecord(sops) && typeof sops['mac'] === 'string' && sops['mac'].includes('ENC[');
}

function isCiphertext(text: string): boolean {
  return text.includes('sops') && text.includes('ENC[');
}

function mapField(object: DataObject, field: string, change: (value: Data) => Data): DataObject {
  const map = object[field];
  if (!isRecord(map)) return object;
  const entries = Object.entries(map as DataObject).map(([key, value]) => [key, change(value)]);
  return { ...object, [field]: Object.fromEntries(entries) as DataObject };
}

function decoded(value: Data): string {
  return typeof value === 'string' ? Buffer.from(value, 'base64').toString() : '';
}

function toBase64(text: string): string {
  return Buffer.from(text).toString('base64');
}
