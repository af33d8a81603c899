import type { GroupVersionKind } from './meta.ts';
import { array, int64, object, oneOf, optional, string, type Schema } from './schema.ts';

/** What a CustomResourceDefinition says about one kind. */
export interface KindSchema<Spec = unknown, Status = unknown> {
  readonly gvk: GroupVersionKind;
  readonly plural: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly description: string;
  readonly spec: Schema<Spec>;
  readonly status: Schema<Status>;
  readonly printerColumns: readonly PrinterColumn[];
}

export interface PrinterColumn {
  readonly name: string;
  readonly type: 'string' | 'date';
  readonly jsonPath: string;
}

export const ageColumn: PrinterColumn = { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' };
export const readyColumns: readonly PrinterColumn[] = [
  { name: 'Ready', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].status' },
  { name: 'Status', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].message' },
];

/** Hours, minutes, seconds and milliseconds. */
export const durationPattern = '^([0-9]+(\\.[0-9]+)?(ms|s|m|h))+$';

/** A status that says "not yet observed" from the first moment, so that kstatus reports a new object as in progress. */
export const unobserved = { default: { observedGeneration: -1 } };

export const localReference = (description: string) =>
  object(description, { name: string('Name of the object, in the same namespace.') });

export const conditionsSchema = array(
  'What is known about the object, one entry per type.',
  object('One thing that is known about the object.', {
    type: string('What the condition is about, such as Ready.', {
      pattern:
        '^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])$',
      maxLength: 316,
    }),
    status: oneOf('Whether it holds.', ['True', 'False', 'Unknown']),
    reason: string('Why, in one word for programs.', {
      pattern: '^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$',
      minLength: 1,
      maxLength: 1024,
    }),
    message: string('Why, in words for people.', { maxLength: 32768 }),
    lastTransitionTime: string('When status, reason or message last changed.', { format: 'date-time' }),
    observedGeneration: optional(
      int64('Generation of the object that the condition was computed from.', { minimum: 0 }),
    ),
  }),
);

export const observedGenerationSchema = int64('Generation of the spec that status reflects.');
export const lastHandledReconcileAtSchema = string(
  'The last value of the annotation reconcile.fluxcd.io/requestedAt that was acted on.',
);
