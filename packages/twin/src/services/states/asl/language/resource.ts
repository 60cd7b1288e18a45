/** A Task's Resource, as the Service Integrations write it. */
export type TaskResource =
  | { kind: 'lambda'; arn: string }
  | { kind: 'activity'; arn: string }
  /** `arn:aws:states:::sagemaker:createTrainingJob.sync`: service `sagemaker`, api `createTrainingJob`, pattern `.sync`. */
  | {
      kind: 'service'
      sdk: boolean
      service: string
      api: string
      pattern: '' | '.sync' | '.sync:2' | '.waitForTaskToken'
    }

const service =
  /^arn:aws(?:-[a-z]+)*:states:[^:]*:[^:]*:(aws-sdk:)?([A-Za-z0-9-]+):([A-Za-z0-9]+)(\.sync:2|\.sync|\.waitForTaskToken)?$/

export function parseResource(arn: string): TaskResource | undefined {
  if (/^arn:aws(?:-[a-z]+)*:lambda:/.test(arn)) return { kind: 'lambda', arn }
  if (/^arn:aws(?:-[a-z]+)*:states:[^:]*:[^:]*:activity:/.test(arn)) return { kind: 'activity', arn }
  const parts = service.exec(arn)
  if (parts === null) return undefined
  const [, sdk, name, api, pattern] = parts as unknown as [
    string,
    string | undefined,
    string,
    string,
    string | undefined,
  ]
  return { kind: 'service', sdk: sdk !== undefined, service: name, api, pattern: (pattern ?? '') as '' }
}

/** How history names it: `resourceType` `aws-sdk:s3`, `resource` `listObjects`. */
export const historyNames = (resource: TaskResource): { resource: string; resourceType: string } =>
  resource.kind === 'service'
    ? {
        resource: `${resource.api}${resource.pattern}`,
        resourceType: `${resource.sdk ? 'aws-sdk:' : ''}${resource.service}`,
      }
    : { resource: resource.arn, resourceType: resource.kind }
