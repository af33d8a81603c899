import { SemverError, compareVersions, formatVersion, parseRange, parseVersion, type Version } from '@sluice/semver';
import { define } from './define.ts';
import { FunctionError } from './error.ts';
import { Int, Struct, int, type Func, type Value } from './value.ts';

export const semverFunctions: Readonly<Record<string, Func>> = {
  semver: define(['string'], ([text]) => versionStruct(parse(text))),
  semverCompare: define(['string', 'string'], ([range, text]) => {
    const constraint = orRefuse(() => parseRange(range));
    return constraint.test(parse(text));
  }),
};

function parse(text: string): Version {
  return orRefuse(() => parseVersion(text));
}

function orRefuse<T>(act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (error instanceof SemverError) throw new FunctionError(error.message, { cause: error });
    throw error;
  }
}

/** A version with the methods that the library's has; the other one is kept beside the struct that stands for it. */
const versions = new WeakMap<Struct, Version>();

function versionStruct(version: Version): Struct {
  const { major, minor, patch, prerelease, metadata, raw } = version;
  const answer = (value: Value): Func => define([], () => value);
  const compare = (act: (order: number) => Value): Func =>
    define(['*semver.Version'], ([other]) => {
      const parsed = other instanceof Struct ? versions.get(other) : undefined;
      if (parsed === undefined)
        throw new FunctionError('runtime error: invalid memory address or nil pointer dereference');
      return act(Math.sign(compareVersions(version, parsed)));
    });
  const struct = new Struct('*semver.Version', {
    fields: [],
    text: formatVersion(version),
    methods: {
      Major: answer(new Int(major, 'uint64')),
      Minor: answer(new Int(minor, 'uint64')),
      Patch: answer(new Int(patch, 'uint64')),
      Prerelease: answer(prerelease),
      Metadata: answer(metadata),
      Original: answer(raw),
      Compare: compare(int),
      Equal: compare((order) => order === 0),
      GreaterThan: compare((order) => order > 0),
      GreaterThanEqual: compare((order) => order >= 0),
      LessThan: compare((order) => order < 0),
      LessThanEqual: compare((order) => order <= 0),
    },
  });
  versions.set(struct, version);
  return struct;
}
