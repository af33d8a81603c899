import { compareVersions, parseStrictVersion, SemverError, type Version } from '@sluice/semver';
import { declare, type FunctionDecl } from '../check/function.ts';
import { CelError } from '../error.ts';
import { Opaque, type Value } from '../run/value.ts';

class Semver extends Opaque {
  override readonly typeName = 'kubernetes.Semver';
  readonly version: Version;

  constructor(version: Version) {
    super();
    this.version = version;
  }

  override equals(other: Opaque): boolean {
    return other instanceof Semver && compareVersions(this.version, other.version) === 0;
  }
}

/** @throws CelError when it is no version */
function versionOf(text: string, normalize: boolean): Semver {
  try {
    return new Semver(parseStrictVersion(normalize ? normalized(text) : text));
  } catch (error) {
    if (!(error instanceof SemverError)) throw error;
    throw new CelError('evaluate', whyInvalid(text) ?? error.message, { cause: error });
  }
}

/** Without a leading `v` and leading zeros, and with all three numbers. */
function normalized(text: string): string {
  const [, core = '', rest = ''] = /^v?([^+-]*)(.*)$/s.exec(text) ?? [];
  const numbers = core.split('.').map((part) => part.replace(/^0+(?=\d)/, ''));
  // Only a bare version may lack numbers.
  while (rest === '' && numbers.length < 3) numbers.push('0');
  return numbers.join('.') + rest;
}

/** Kubernetes' text, where it differs. */
function whyInvalid(text: string): string | undefined {
  const numbers = text.split('.');
  if (numbers.length < 3) return 'No Major.Minor.Patch elements found';
  const names = ['Major', 'Minor', 'Patch'];
  const zeroes = names.findIndex((_, index) => /^0\d+$/.test(numbers[index] ?? ''));
  return zeroes < 0 ? undefined : `${names[zeroes]} number must not contain leading zeroes "${numbers[zeroes]}"`;
}

function isVersion(text: string, normalize: boolean): boolean {
  try {
    versionOf(text, normalize);
    return true;
  } catch (error) {
    if (error instanceof CelError) return false;
    throw error;
  }
}

const of = (value: Value | undefined): Version => (value as Semver).version;

/** Kubernetes' functions of versions. */
export const versions: readonly FunctionDecl[] = [
  declare('semver', {
    '(string) kubernetes.Semver': ([text]) => versionOf(text as string, false),
    '(string, bool) kubernetes.Semver': ([text, normalize]) => versionOf(text as string, normalize as boolean),
  }),
  declare('isSemver', {
    '(string) bool': ([text]) => isVersion(text as string, false),
    '(string, bool) bool': ([text, normalize]) => isVersion(text as string, normalize as boolean),
  }),
  declare('major', { 'kubernetes.Semver.() int': ([version]) => of(version).major }),
  declare('minor', { 'kubernetes.Semver.() int': ([version]) => of(version).minor }),
  declare('patch', { 'kubernetes.Semver.() int': ([version]) => of(version).patch }),
  declare('isGreaterThan', {
    'kubernetes.Semver.(kubernetes.Semver) bool': ([a, b]) => compareVersions(of(a), of(b)) > 0,
  }),
  declare('isLessThan', {
    'kubernetes.Semver.(kubernetes.Semver) bool': ([a, b]) => compareVersions(of(a), of(b)) < 0,
  }),
  declare('compareTo', {
    'kubernetes.Semver.(kubernetes.Semver) int': ([a, b]) => BigInt(Math.sign(compareVersions(of(a), of(b)))),
  }),
];
