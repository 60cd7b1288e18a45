import type * as cloudformation from '@aws-sdk/client-cloudformation'
import { type Context, operation } from '../../../gate/index.ts'
import { findStack, isStackArn } from '../model/index.ts'
import type { Compiler } from '../plan/index.ts'
import { defaultOf, isNoEcho, isObject, neededCapabilities, type Template, validationError } from '../template/index.ts'
import { changeSetOf } from './change-set-of.ts'
import { noSuchChangeSet } from './errors.ts'
import { existing, stackDemand } from './request.ts'
import { neededTemplateText, type Source, templateText } from './template-source.ts'

const string = (value: unknown) => (typeof value === 'string' ? value : undefined)

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_GetTemplate.html */
export const getTemplate = operation<typeof cloudformation, 'GetTemplate'>({
  authorize: (input, context) => [
    stackDemand('GetTemplate', input.StackName ?? stackOfChangeSet(input.ChangeSetName, context), context),
  ],
  run(input, { tx, call }) {
    const StagesAvailable: cloudformation.TemplateStage[] = ['Original', 'Processed']
    if (input.ChangeSetName !== undefined) {
      const found = changeSetOf(tx, call, input.ChangeSetName, input.StackName)
      if (found === undefined) throw noSuchChangeSet(input.ChangeSetName)
      return { TemplateBody: found.changeSet.template, StagesAvailable }
    }
    const stack = findStack(tx, call.account, call.region, input.StackName ?? '')
    if (stack === undefined) throw validationError(`Stack with id ${input.StackName} does not exist`)
    return { TemplateBody: stack.template, StagesAvailable }
  },
})

const stackOfChangeSet = (name: string | undefined, { read, call }: Context) =>
  name !== undefined && isStackArn(name) ? changeSetOf(read, call, name, undefined)?.changeSet.stackId : undefined

const constraintsOf = (declaration: Template['parameters'][string]) => ({
  AllowedValues: Array.isArray(declaration.AllowedValues) ? declaration.AllowedValues.map(String) : undefined,
})

const declared = (template: Template) =>
  Object.entries(template.parameters).map(([key, declaration]) => ({
    ParameterKey: key,
    DefaultValue: defaultOf(declaration),
    NoEcho: isNoEcho(declaration),
    Description: string(declaration.Description),
  }))

const capabilitiesOf = (template: Template) => {
  const { capabilities, reason } = neededCapabilities(template)
  return capabilities.length === 0 ? {} : { Capabilities: capabilities, CapabilitiesReason: reason }
}

const inlineContext = ({ TemplateURL }: Source) => ({ 'cloudformation:TemplateUrl': TemplateURL })

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ValidateTemplate.html */
export const validateTemplate = (compiler: Compiler) =>
  operation<typeof cloudformation, 'ValidateTemplate', string>({
    authorize: input => [{ action: 'cloudformation:ValidateTemplate', resource: '*', context: inlineContext(input) }],
    stage: neededTemplateText,
    run(_input, _context, text) {
      const template = compiler.template(text)
      return { Parameters: declared(template), Description: template.description, ...capabilitiesOf(template) }
    },
  })

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_GetTemplateSummary.html */
export const getTemplateSummary = (compiler: Compiler) =>
  operation<typeof cloudformation, 'GetTemplateSummary', string | undefined>({
    authorize: (input, context) => [
      input.StackName === undefined
        ? { action: 'cloudformation:GetTemplateSummary', resource: '*', context: inlineContext(input) }
        : stackDemand('GetTemplateSummary', input.StackName, context),
    ],
    stage: templateText,
    run(input, { tx, call }, text) {
      const source = text ?? (input.StackName === undefined ? undefined : existing(tx, call, input.StackName).template)
      if (source === undefined) throw validationError('Either Template URL or Template Body must be specified.')
      const template = compiler.template(source)
      const { metadata } = template
      return {
        Parameters: declared(template).map(parameter => {
          const declaration = template.parameters[parameter.ParameterKey] ?? {}
          return {
            ...parameter,
            ParameterType: string(declaration.Type),
            ParameterConstraints: constraintsOf(declaration),
          }
        }),
        Description: template.description,
        ResourceTypes: [...new Set(Object.values(template.resources).map(({ type }) => type))],
        Version: '2010-09-09',
        Metadata: isObject(metadata) ? JSON.stringify(metadata) : undefined,
        ...capabilitiesOf(template),
        ResourceIdentifierSummaries: [],
      }
    },
  })
