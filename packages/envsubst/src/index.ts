export { SubstitutionError } from './error.ts';
export { expand, type ExpandOptions, type Variables } from './expand.ts';
export { isSubstitutionDisabled, substituteObject, type SubstituteOptions } from './object.ts';
export { collectVariables, type VariableSource } from './variables.ts';
