export { type Blueprint, blueprint, importedNames, type World } from './blueprint.ts'
export { checkBodySize, checkUrlSize, parseBody } from './body.ts'
export { checkCapabilities, neededCapabilities } from './capabilities.ts'
export { validationError } from './errors.ts'
export { evaluate } from './evaluate.ts'
export { isObject, type Json, type JsonObject, sameJson } from './json.ts'
export { checkDeclarations, defaultOf, type GivenParameter, isNoEcho, parameterValues } from './parameters.ts'
export { checkReferences, references } from './references.ts'
export type { Scope } from './scope.ts'
export {
  type DeletionPolicy,
  readTemplate,
  type Template,
} from './template.ts'
