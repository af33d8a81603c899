export { createEnvironment, type Environment } from './check/environment.ts';
export { declare, type CallContext, type FunctionDecl, type Implementation } from './check/function.ts';
export {
  formatType,
  listOf,
  mapOf,
  objectType,
  optionalOf,
  structType,
  types,
  type Field,
  type Type,
} from './check/type.ts';
export { compile, type CompileOptions, type Program } from './compile.ts';
export { CelError, type CelPhase } from './error.ts';
export { compileFluxExpression, fluxEnvironment, type FluxExpression, type FluxExpressionOptions } from './flux.ts';
export { toData } from './run/adapt.ts';
export { Duration, MapValue, Optional, Timestamp, TypeValue, Uint, typeNameOf, type Value } from './run/value.ts';
