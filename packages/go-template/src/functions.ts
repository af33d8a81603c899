import { builtins } from './builtins.ts';
import { dictFunctions } from './sprig-dicts.ts';
import { encodingFunctions } from './sprig-encoding.ts';
import { listFunctions } from './sprig-lists.ts';
import { numberFunctions } from './sprig-numbers.ts';
import { pathFunctions } from './sprig-paths.ts';
import { regexFunctions } from './sprig-regex.ts';
import { semverFunctions } from './sprig-semver.ts';
import { stringFunctions } from './sprig-strings.ts';
import { timeFunctions } from './sprig-time.ts';
import { urlFunctions } from './sprig-urls.ts';
import type { Func } from './value.ts';

/** Go's own functions and sprig's, of which `slice` hides Go's. None of them reads the clock or the environment. */
export const functions: Readonly<Record<string, Func>> = {
  ...builtins,
  ...stringFunctions,
  ...encodingFunctions,
  ...listFunctions,
  ...dictFunctions,
  ...numberFunctions,
  ...pathFunctions,
  ...regexFunctions,
  ...semverFunctions,
  ...urlFunctions,
  ...timeFunctions,
};
