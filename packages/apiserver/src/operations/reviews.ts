import { apiVersionOf, type KubeObject } from '@sluice/api';
import { badRequest, invalid, invalidValue, type FieldError } from '../errors.ts';
import { isRecord, listOf, recordOf, stringOf, type JsonRecord } from '../json.ts';
import type { Draft, Resource } from '../registry/resource.ts';
import type { WriteContext } from './context.ts';

/**
 * Answers a review, which is asked by creating it and never stored. There is one administrator, who may do everything.
 * @returns `undefined` when the resource is no review
 * @throws StatusError
 */
export function answerReview(resource: Resource, draft: Draft, context: WriteContext): KubeObject | undefined {
  const answer = answers[resource.kind];
  if (answer === undefined || resource.custom) return undefined;
  const status = answer(resource, recordOf(draft.spec), context);
  return { ...draft, apiVersion: apiVersionOf(resource), kind: resource.kind, status } as unknown as KubeObject;
}

type Answer = (resource: Resource, spec: Readonly<JsonRecord>, context: WriteContext) => JsonRecord;

const answers: Readonly<Record<string, Answer>> = {
  SelfSubjectReview: (_resource, _spec, { user }) => ({ userInfo: user }),
  TokenReview: (_resource, spec) => {
    if (stringOf(spec.token) === '') throw badRequest('token is required for TokenReview in authentication');
    // Nobody has a token but the administrator, who needs no review of it.
    return { user: {}, error: 'invalid bearer token' };
  },
  SelfSubjectAccessReview: reviewAccess,
  SubjectAccessReview: (resource, spec) => {
    if (stringOf(spec.user) === '' && listOf(spec.groups).length === 0) {
      const why = 'at least one of user or group must be specified';
      throw invalid({ group: resource.group, kind: '' }, '', [invalidValue('spec.user', '', why)]);
    }
    return reviewAccess(resource, spec);
  },
  LocalSubjectAccessReview: reviewAccess,
  SelfSubjectRulesReview: (_resource, spec) => {
    if (stringOf(spec.namespace) === '') throw badRequest('no namespace on request');
    return {
      resourceRules: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }],
      nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['*'] }],
      incomplete: false,
    };
  },
};

function reviewAccess(resource: Resource, spec: Readonly<JsonRecord>): JsonRecord {
  const { resourceAttributes, nonResourceAttributes } = spec;
  const errors: FieldError[] = [];
  if (!isRecord(resourceAttributes) && !isRecord(nonResourceAttributes)) {
    const why = 'exactly one of nonResourceAttributes or resourceAttributes must be specified';
    errors.push(invalidValue('spec.resourceAttributes', null, why));
  }
  if (isRecord(resourceAttributes) && isRecord(nonResourceAttributes)) {
    const shown = { Path: stringOf(nonResourceAttributes.path), Verb: stringOf(nonResourceAttributes.verb) };
    errors.push(
      invalidValue('spec.nonResourceAttributes', shown, 'cannot be specified in combination with resourceAttributes'),
    );
  }
  if (errors.length > 0) throw invalid({ group: resource.group, kind: '' }, '', errors);
  return { allowed: true };
}
