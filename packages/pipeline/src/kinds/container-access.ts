import type { Access } from '../access/access.ts'
import { DEGRADES, type Grantee, grant } from '../access/grant.ts'
import { PAGES } from '../access/pages.ts'
import { repositoryOf } from '../names/images.ts'

/** What every container of SageMaker's needs of its role: its image, its logs and its metrics. */
export function containerAccesses(
  to: Grantee,
  region: string,
  image: string,
  logs: { group: string; streams: string },
): Access[] {
  const { account } = to.principal
  const repository = repositoryOf(image)
  const identity = { account, sides: ['identity'] as const }
  return [
    ...grant(to, { ...identity, label: 'registry', arn: '*' }, [
      ['ecr:GetAuthorizationToken', 'pulling an image begins with a token; it has no resource', PAGES.sagemakerRoles],
    ]),
    // The image's repository belongs to AWS or to the user; its own policy is not part of the line.
    ...grant(to, { label: 'image', arn: repository.arn, account: repository.account, sides: ['identity'] }, [
      ['ecr:BatchCheckLayerAvailability', 'SageMaker pulls the image', PAGES.sagemakerRoles],
      ['ecr:BatchGetImage', 'SageMaker pulls the image', PAGES.sagemakerRoles],
      ['ecr:GetDownloadUrlForLayer', 'SageMaker pulls the image', PAGES.sagemakerRoles],
    ]),
    ...grant(
      to,
      { ...identity, label: 'log-group', arn: `arn:aws:logs:${region}:${account}:log-group:${logs.group}*` },
      [
        ['logs:CreateLogGroup', "the container's output goes to CloudWatch Logs", PAGES.sagemakerRoles, DEGRADES],
        [
          'logs:DescribeLogStreams',
          'SageMaker looks for the stream before it makes one',
          PAGES.sagemakerRoles,
          DEGRADES,
        ],
      ],
    ),
    ...grant(
      to,
      {
        ...identity,
        label: 'log-streams',
        arn: `arn:aws:logs:${region}:${account}:log-group:${logs.group}:log-stream:${logs.streams}`,
      },
      [
        ['logs:CreateLogStream', "the container's output goes to CloudWatch Logs", PAGES.sagemakerRoles, DEGRADES],
        ['logs:PutLogEvents', "the container's output goes to CloudWatch Logs", PAGES.sagemakerRoles, DEGRADES],
      ],
    ),
    ...grant(
      to,
      {
        ...identity,
        label: 'metrics',
        arn: '*',
        conditions: { StringLike: { 'cloudwatch:namespace': '/aws/sagemaker/*' } },
      },
      [
        [
          'cloudwatch:PutMetricData',
          'metrics of the container; the action has no resource',
          PAGES.sagemakerRoles,
          DEGRADES,
        ],
      ],
    ),
  ]
}
