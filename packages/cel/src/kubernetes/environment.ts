import { createEnvironment } from '../check/environment.ts';
import { operators } from '../library/operators.ts';
import { optionals } from '../library/optionals.ts';
import { sets } from '../library/sets.ts';
import { standard } from '../library/standard.ts';
import { strings } from '../library/strings.ts';
import { listShapes } from './list-shapes.ts';
import { lists } from './lists.ts';
import { networks } from './network.ts';
import { quantities } from './quantity.ts';
import { regex } from './regex.ts';
import { versions } from './semver.ts';
import { urls } from './url.ts';

/** What the rules of CustomResourceDefinitions can use. */
export const kubernetesEnvironment = createEnvironment(
  [
    operators,
    standard,
    optionals,
    strings.filter(({ name }) => name !== 'reverse'),
    sets,
    lists,
    listShapes,
    regex,
    quantities,
    urls,
    networks,
    versions,
  ],
  { twoVariableMacros: true, checksLiterals: true },
);
