import { ConflictError } from '../conflict.ts';

export const data = (entries: Record<string, unknown>) => ({ metadata: { name: 'a', namespace: 'ns' }, data: entries });
export const spec = (properties: Record<string, unknown>) => ({
  metadata: { name: 'w', namespace: 'ns' },
  spec: properties,
});
export const pod = (podSpec: Record<string, unknown>) => ({ metadata: { name: 'p', namespace: 'ns' }, spec: podSpec });

export const keyedList = (properties: Record<string, unknown>, keys = ['name']) => ({
  type: 'array',
  items: { type: 'object', properties },
  'x-kubernetes-list-type': 'map',
  'x-kubernetes-list-map-keys': keys,
});
export const items = keyedList({ name: { type: 'string' }, x: { type: 'string' }, y: { type: 'string' } });

export function conflict(write: () => unknown): ConflictError {
  try {
    write();
  } catch (error) {
    if (error instanceof ConflictError) return error;
    throw error;
  }
  throw new Error('there was no conflict');
}
