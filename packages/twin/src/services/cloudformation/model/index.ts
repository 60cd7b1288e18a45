export { type ChangeSet, changeSetArn, changeSets } from './change-set.ts'
export { checkUnused, exportProblem, findExport, importers, putExports, stackExports } from './export.ts'
export {
  findStack,
  type Intent,
  isStackArn,
  type Output,
  putStack,
  type Stack,
  stackArn,
  stackKey,
  stacks,
} from './stack.ts'
export { addEvent, stackEvents } from './stack-event.ts'
export { type Physical, resourcesOf, type StackResource, stackResources } from './stack-resource.ts'
