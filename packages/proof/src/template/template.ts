import type { Finding } from '../source/finding.ts'
import { below, type SourceFile } from '../source/spot.ts'
import { isObject, type Json, member } from './value.ts'

export interface Template {
  readonly file: SourceFile
  readonly parameters: Json
  readonly conditions: Json
  readonly mappings: Json
  readonly outputs: Json
  readonly resources: ReadonlyMap<string, Declared>
}

export interface Declared {
  readonly type: string
  readonly declaration: Json
}

export const isTemplate = (value: unknown): boolean => isObject(member(value, 'Resources'))

/** The sections of a template. What has no place in one is a finding, and the rest counts. */
export function readTemplate(file: SourceFile, report: (finding: Finding) => void): Template {
  const root = isObject(file.value) ? file.value : {}
  const section = (name: string): Json => {
    const value = member(root, name)
    if (isObject(value)) return value
    if (value !== undefined && value !== null) {
      report({
        code: 'malformed-template',
        severity: 'error',
        message: `${name} is not an object`,
        consequence: 'nothing of it is part of what is checked',
        cure: `write ${name} as names with what each stands for`,
        page: ANATOMY,
        spot: { file, path: [name] },
      })
    }
    return {}
  }
  if (member(root, 'Transform') !== undefined) report(transform(file, member(root, 'Transform')))
  const resources = new Map<string, Declared>()
  for (const [logicalId, declaration] of Object.entries(section('Resources'))) {
    const type = member(declaration, 'Type')
    if (isObject(declaration) && typeof type === 'string') resources.set(logicalId, { type, declaration })
    else report(unusable(file, logicalId))
    if (typeof type === 'string' && type.startsWith('AWS::Serverless::')) report(serverless(file, logicalId, type))
    if (type === 'AWS::CloudFormation::Stack' || type === 'AWS::CloudFormation::StackSet')
      report(nested(file, logicalId))
  }
  return {
    file,
    resources,
    parameters: section('Parameters'),
    conditions: section('Conditions'),
    mappings: section('Mappings'),
    outputs: section('Outputs'),
  }
}

const ANATOMY = 'https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html'

function unusable(file: SourceFile, logicalId: string): Finding {
  const loop = logicalId.startsWith('Fn::')
  return {
    code: loop ? 'macro' : 'malformed-template',
    severity: loop ? 'warning' : 'error',
    message: loop
      ? `${logicalId} is worked out by CloudFormation when the stack is deployed`
      : `resource ${logicalId} has no Type`,
    consequence: 'it is not part of what is checked',
    cure: loop
      ? 'check the processed template: aws cloudformation get-template --template-stage Processed'
      : 'write its Type, such as AWS::IAM::Role',
    page: ANATOMY,
    spot: below({ file, path: ['Resources'] }, logicalId),
  }
}

const serverless = (file: SourceFile, logicalId: string, type: string): Finding => ({
  code: 'serverless',
  severity: 'warning',
  message: `${logicalId} is of type ${type}, of which SAM makes other resources when the stack is deployed`,
  consequence: 'the roles and permissions that SAM makes are not part of what is checked',
  cure: 'check what it makes: sam validate, then sam deploy --no-execute-changeset and get-template --template-stage Processed',
  page: 'https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-generated-resources.html',
  spot: { file, path: ['Resources', logicalId, 'Type'] },
})

const nested = (file: SourceFile, logicalId: string): Finding => ({
  code: 'nested-stack',
  severity: 'warning',
  message: `${logicalId} deploys another template`,
  consequence: 'what that template makes is part of what is checked only when it is given too',
  cure: 'give its template as well',
  page: 'https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-nested-stacks.html',
  spot: { file, path: ['Resources', logicalId, 'Type'] },
})

const transform = (file: SourceFile, value: unknown): Finding => ({
  code: 'macro',
  severity: 'note',
  message: `Transform ${JSON.stringify(value)} changes the template when it is deployed`,
  consequence: 'what it makes is not part of what is checked; what the template says is',
  cure: 'check the processed template: aws cloudformation get-template --template-stage Processed',
  page: 'https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-macros.html',
  spot: { file, path: ['Transform'] },
})
