import { type Access, assumes, type Grantee, grant, rolePrincipal, servicePrincipal } from '@tripoint/pipeline'
import { artifactAccesses } from './artifact.ts'
import type { Asked } from './asked.ts'
import { text } from './field.ts'
import { isRole, ownerOf, roleOf } from './principal.ts'

const PAGE = 'https://docs.aws.amazon.com/codebuild/latest/userguide/setting-up-service-role.html'

/** A build works as its project's role: that reads and writes the artifacts, not the role of the action. */
export function buildAccesses({ action, pipeline, line }: Asked, project: string): Access[] {
  const { world } = line
  const found = world.resources.find(
    ({ type, name, account }) => type === 'AWS::CodeBuild::Project' && name === project && account === action.account,
  )
  const arn = text(found?.properties.ServiceRole)
  if (found === undefined || !isRole(arn)) return []
  const role = roleOf(arn, 'build')
  const account = ownerOf(arn, found.account)
  const to: Grantee = {
    stage: action.stage.toLowerCase(),
    who: role.label,
    hop: 'workflow',
    step: action.step,
    principal: rolePrincipal(role, account),
  }
  const group = `arn:aws:logs:${found.region}:${account}:log-group:/aws/codebuild/${project}`
  const because = "the build's output goes to CloudWatch Logs; without a place for it the build fails"
  return [
    ...assumes(
      { ...to, who: 'codebuild', principal: servicePrincipal('codebuild.amazonaws.com', account) },
      role,
      account,
      {
        because: "CodeBuild works with the project's role",
        page: PAGE,
      },
    ),
    ...artifactAccesses(to, pipeline, action, world),
    ...grant(to, { label: 'build-log-group', arn: group, account, sides: ['identity'] }, [
      ['logs:CreateLogGroup', because, PAGE],
    ]),
    ...grant(to, { label: 'build-log-streams', arn: `${group}:*`, account, sides: ['identity'] }, [
      ['logs:CreateLogStream', because, PAGE],
      ['logs:PutLogEvents', because, PAGE],
    ]),
  ]
}
