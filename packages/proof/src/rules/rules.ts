import {
  aclRefused,
  anyKeyAccepted,
  otherDefaultKey,
  plainUploadDenied,
  publicAccess,
  publicAcl,
  unversioned,
} from './bucket.ts'
import { endedRuntime, failureNotReported, idleDeployer, loggedEvent } from './function-code.ts'
import { keyNotRotated } from './key-rotation.ts'
import { machineBeforePolicy } from './machine-order.ts'
import {
  partialManagedPolicy,
  uninferredStack,
  unknownProvider,
  unknownTask,
  unreadDefinition,
} from './not-inferred.ts'
import { unknownType, unreadDoor, unreadPolicy } from './not-read.ts'
import {
  artifactAcross,
  keyByAlias,
  longConfiguration,
  modelNotHandedOn,
  nothingStarts,
  passRoleAcross,
  storeWithoutKey,
} from './pipeline-shape.ts'
import { principalNotMade, roleNotMade } from './role-name.ts'
import type { Rule } from './rule.ts'
import { fixedRegion, latestImage, outputWithoutKey, retriedJob } from './training-job.ts'
import { wholeAccount } from './whole-account.ts'

/** Every rule on templates, in the order in which a line runs into it. */
export const RULES: readonly Rule[] = [
  nothingStarts,
  roleNotMade,
  principalNotMade,
  passRoleAcross,
  storeWithoutKey,
  keyByAlias,
  artifactAcross,
  longConfiguration,
  machineBeforePolicy,
  outputWithoutKey,
  retriedJob,
  latestImage,
  fixedRegion,
  modelNotHandedOn,
  idleDeployer,
  failureNotReported,
  loggedEvent,
  endedRuntime,
  anyKeyAccepted,
  otherDefaultKey,
  plainUploadDenied,
  aclRefused,
  wholeAccount,
  publicAccess,
  publicAcl,
  unversioned,
  keyNotRotated,
  unknownProvider,
  unknownTask,
  unreadDefinition,
  partialManagedPolicy,
  uninferredStack,
  unreadPolicy,
  unreadDoor,
  unknownType,
]
