import type { ResourceType, Service } from './gate/index.ts'
import { cloudformationService } from './services/cloudformation/index.ts'
import { cloudwatchService } from './services/cloudwatch/index.ts'
import { codecommitResourceTypes, codecommitService } from './services/codecommit/index.ts'
import { codepipelineResourceTypes, codepipelineService } from './services/codepipeline/index.ts'
import { ecrService } from './services/ecr/index.ts'
import { eventsResourceTypes, eventsService } from './services/events/index.ts'
import { iamService } from './services/iam/index.ts'
import { iamResourceTypes } from './services/iam/resources/index.ts'
import { kmsResourceTypes, kmsService } from './services/kms/index.ts'
import { lambdaResourceTypes, lambdaService } from './services/lambda/index.ts'
import { logsService } from './services/logs/index.ts'
import { logsResourceTypes } from './services/logs/resources.ts'
import { s3ResourceTypes, s3Service } from './services/s3/index.ts'
import { sagemakerService } from './services/sagemaker/index.ts'
import { statesResourceTypes, statesService } from './services/states/index.ts'
import { stsService } from './services/sts/index.ts'

/** The only file that lists the services and their resource types. */
const resourceTypes: readonly ResourceType[] = [
  ...codecommitResourceTypes,
  ...codepipelineResourceTypes,
  ...eventsResourceTypes,
  ...iamResourceTypes,
  ...kmsResourceTypes,
  ...lambdaResourceTypes,
  ...logsResourceTypes,
  ...s3ResourceTypes,
  ...statesResourceTypes,
]

export const services: readonly Service[] = [
  cloudformationService(resourceTypes),
  cloudwatchService,
  codecommitService,
  codepipelineService,
  ecrService,
  eventsService,
  iamService,
  kmsService,
  lambdaService,
  logsService,
  s3Service,
  sagemakerService,
  statesService,
  stsService,
]
