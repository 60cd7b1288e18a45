import { describe, expect, test } from 'vitest'
import { churnReport, cleanReport, renamed } from '../report.fixture.ts'
import type { EscalationPath, NeedVerdict, Reach, Report, ShownFinding } from '../report.ts'
import { textReport } from './text-report.ts'

const text = (report: Report, { long = false, width = 80 } = {}) =>
  textReport(report, { paint: (_format, words) => words, long, width })

/** The part that begins with this line, to the next empty line. */
const part = (all: string, title: string) => {
  const lines = all.split('\n')
  const from = lines.findIndex(line => line.startsWith(title))
  return lines.slice(from, lines.indexOf('', from)).join('\n')
}

test('what is as it should be is said in a few lines', () => {
  expect(text(cleanReport)).toBe(`✓ churn: everything needed is allowed, and nothing else
  needed 23 of 23 · denied 1 of 1 · not needed 0 · reachable 0 · paths 0
  3 templates in 3 accounts: shared 111111111111, training 222222222222,
    production 333333333333
  9 roles and users, 17 policies, 58 statements; 23 needs, from the definition

trusted: 2
  · account shared: kms:PutKeyPolicy, kms:CreateGrant on key/0a1b2c3d…
  · training churn-train-cloudformation-us-east-1: iam:PassRole,
      states:UpdateStateMachine on states:stateMachine:churn-train

proof: 131 questions about all requests, 2,210 atoms, 184 ms; all decided
--long says all of it and prints smaller policies; --out check.html draws it
✓ churn: everything needed is allowed, and nothing else
`)
})

describe('in short, what is not as it should be', () => {
  const all = text(churnReport)

  test('is counted first, part by part, and last', () => {
    const lines = all.trimEnd().split('\n')
    expect(lines[0]).toBe('✗ churn: 7 errors, 3 warnings, 2 notes')
    expect(lines[1]).toBe('  needed 20 of 23 · denied 1 of 2 · not needed 3 · reachable 1 · paths 1')
    expect(lines.at(-1)).toBe(lines[0])
  })

  test('a finding has its place, what follows and the cure; a note is named', () => {
    expect(part(all, 'findings')).toBe(`findings: 3
  ✗ tripoint.out/churn-base.template.json:44 kms:ReEncrypt is no action of KMS
      (unknown-action)
      so: the statement allows nothing
      cure: write kms:ReEncryptFrom and kms:ReEncryptTo
  ! tripoint.out/churn-production.template.json:3 the parameter Alarm has no
      value (unresolved-parameter)
      cure: give it one: --parameter Alarm=VALUE
  · assumed-account`)
  })

  test('findings that one cure heals are one, with all their places', () => {
    const [finding] = churnReport.findings as [ShownFinding]
    const at = (line: number, message: string): ShownFinding => ({
      ...finding,
      message,
      place: { ...finding.place!, line },
    })
    const findings = [at(4, 'a is no action'), at(9, 'a is no action'), at(12, 'b is no action')]
    expect(part(text({ ...cleanReport, findings }), 'findings')).toMatch(
      /^findings: 3\n {2}✗ tripoint\.out\/churn-base\.template\.json:4, :9 a is no action \(unknown-action\)\n {6}also tripoint\.out\/churn-base\.template\.json:12 b\n {6}so: /,
    )
  })

  test('needs that the same policy lacks are one', () => {
    const [denied] = churnReport.needed.filter(({ verdict }) => verdict === 'denied') as [NeedVerdict]
    const like = (action: string): NeedVerdict =>
      JSON.parse(JSON.stringify(denied).replaceAll('kms:Decrypt', action)) as NeedVerdict
    const needed = [denied, like('kms:Encrypt'), like('kms:DescribeKey')]
    const needs = part(text({ ...cleanReport, needed }), 'needed and allowed')
    expect(needs.match(/ {2}✗ denied/g)).toHaveLength(1)
    expect(needs).toMatch(/hosting-us-east-1 kms:Decrypt,\s+kms:Encrypt,\s+kms:DescribeKey on key\/0a1b2c3d…/)
    expect(needs.match(/missing in the key policy: /g)).toHaveLength(1)
  })

  test('the needs of a role that no template makes are one', () => {
    const [denied] = churnReport.needed.filter(({ verdict }) => verdict === 'denied') as [NeedVerdict]
    const arn = denied.access.principal.kind === 'role' ? denied.access.principal.arn : ''
    const message = `pipeline churn names ${arn}, which no template makes`
    const findings = [{ ...churnReport.findings[0]!, code: 'role-not-made', message }]
    const needs = part(text({ ...churnReport, findings }), 'needed and allowed')
    expect(needs).toMatch(/hosting-us-east-1: no template makes it\s+\(role-not-made\)\n {6}1 need of Deploy/)
  })

  test('what is decided otherwise is marked so, the worst first', () => {
    const needs = part(all, 'needed and allowed')
    expect([...needs.matchAll(/^ {2}\S (\w+):/gm)].map(([, word]) => word)).toEqual(['denied', 'undecided', 'depends'])
    // What is allowed is shown at length only.
    expect(needs).not.toContain('sagemaker:CreateEndpoint')
  })

  test('in guards: what does not hold', () =>
    expect(part(all, 'needed and denied: 1 of 2')).toMatch(/✗ an object never lies .* \(DenyNoKey\)$/))

  test('in excess: what of each statement could go, and an example that says more', () => {
    const excess = part(all, 'allowed but not needed: 3')
    expect(excess).toMatch(
      /✗ tripoint\.out\/churn-base\.template\.json:71 \(Deployer\) key policy of\s+\S+: kms:Encrypt\n/,
    )
    expect(excess).toMatch(
      /! tripoint\.out\/churn-training.*wider than needed\n {6}it would let through.*s3:DeleteObject/s,
    )
    expect(excess).not.toContain('"Version"')
  })

  test('in excess of a policy or two: how they should be', () => {
    const [first] = churnReport.excess
    const one = text({ ...churnReport, excess: [first!] })
    expect(part(one, 'allowed but not needed: 1')).toMatch(/the policy as small as it can be:\n {8}\{\n.*"Version"/)
  })

  test('in reach: who, what he can do, and where it is said', () =>
    expect(part(all, 'reachable by others: 1')).toMatch(
      /✗ s3:\/\/\S+ by account 444455556666 \(an[^)]+\):\s+somebody in[\s\S]* 2\s+actions where StringLike[\s\S]*\(tripoint\.out\/churn-base\.template\.json:105\)\n {2}cure: name only/,
    ))

  test('in paths: a chain, on one line where it fits; those of one cure as a tree', () => {
    const [path] = churnReport.paths as [EscalationPath]
    const other = 'arn:aws:iam::222222222222:role/other'
    const longer = { ...path, to: other, steps: [...path.steps, { ...path.steps[1]!, to: other }] }
    expect(part(text(churnReport, { width: 200 }), 'escalation paths')).toContain(
      '✗ production churn-deploy-deployer-us-east-1 ──assume role──► shared churn-pipeline-us-east-1 ──assume role──► training churn-train-stack-action-us-east-1 (needed)\n',
    )
    expect(part(text({ ...churnReport, paths: [longer, path] }), 'escalation paths')).toContain(`
  ✗ production churn-deploy-deployer-us-east-1
      ──assume role──► shared churn-pipeline-us-east-1
        ──assume role──► training churn-train-stack-action-us-east-1 (needed)
          ──assume role──► training other (needed)
      cure: `)
  })

  test('what is too much for one page is counted', () => {
    const codes = Array.from({ length: 200 }, (_, at) => ({ ...churnReport.findings[0]!, code: `code-${at}` }))
    const paths = Array.from({ length: 60 }, (_, at) => ({
      ...churnReport.paths[0]!,
      to: `arn:aws:iam::222222222222:role/r${at}`,
    }))
    const reach = Array.from({ length: 90 }, (_, at) => ({
      ...churnReport.reach[0]!,
      resource: `arn:aws:s3:::b${at}`,
      actions: [`s3:Get${at}`],
    }))
    const lines = text({ ...churnReport, findings: codes, paths, reach })
    expect(lines.split('\n').length).toBeLessThan(250)
    expect(lines).toMatch(/code-23\)\n(.*\n){2} {2}… and 176 more, with --long\n/)
    expect(lines).toMatch(/… and 83 more, with --long\n {2}cure: name only/)
    expect(lines).toMatch(/… and 52 more, with --long\n\ntrusted/)
  })
})

describe('at length, what is not as it should be', () => {
  const all = text(churnReport, { long: true })

  test('is counted first and last', () => {
    const lines = all.trimEnd().split('\n')
    expect(lines[0]).toBe('✗ churn: 7 errors, 3 warnings, 2 notes')
    expect(lines.at(-1)).toBe(lines[0])
  })

  test('in findings: place, consequence, cure, page', () => {
    expect(part(all, 'findings')).toContain(`findings: 3
  error tripoint.out/churn-base.template.json:44 kms:ReEncrypt is no action of
      KMS (unknown-action)
      so: the statement allows nothing
      cure: write kms:ReEncryptFrom and kms:ReEncryptTo
      https://docs.aws.amazon.com/service-authorization/latest/reference/list_awskeymanagementservice.html
`)
  })

  test('in needs: which side lacks it, and what is seen', () => {
    const needs = part(all, 'needed and allowed')
    expect(needs).toContain('needed and allowed: 20 of 23\n')
    expect(needs).toContain(`  ✗ denied: production churn-deploy-hosting-us-east-1 kms:Decrypt on
      key/0a1b2c3d…
      needed by Deploy/DeployEndpoint: Deploy/DeployEndpoint needs it
      missing in the key policy: no statement of the key policy of
        arn:aws:kms:us-east-1:111111111111:key/0a1b2c3d-0000-4000-8000-00000000c4e9
        allows kms:Decrypt to`)
    expect(needs).toContain(
      '      identity policy: tripoint.out/churn-production.template.json:37, policy\n        “line” of churn-deploy-hosting-us-east-1, statement 2\n        {\n          "Effect": "Allow",\n          "Action": "kms:Decrypt",',
    )
    expect(needs).toMatch(/\n {2}\? undecided: .*iam:PassRole/)
    expect(needs).toMatch(/\n {2}! depends: .*s3:GetObject/)
    expect(needs).toContain('sagemaker:CreateEndpoint')
  })

  test('in guards: a request that gets through', () => {
    expect(part(all, 'needed and denied: 1 of 2')).toContain(
      '      lets through: shared user/publisher does s3:PutObject on\n        s3://churn-111111111111-us-east-1/data/x, where\n        s3:x-amz-server-side-encryption = aws:kms',
    )
  })

  test('in excess: the statement, what it lets through, and the smaller policy', () => {
    const excess = part(all, 'allowed but not needed: 3')
    expect(excess).toContain('\n  ✗ nothing needs kms:Encrypt\n')
    expect(excess).toContain('          "Action": ["kms:Decrypt", "kms:Encrypt"],')
    expect(excess).toContain(
      '      it lets through: production churn-deploy-deployer-us-east-1 does\n        kms:Encrypt on key/0a1b2c3d…',
    )
    expect(excess).toMatch(/the policy as small as it can be:\n {8}\{\n {10}"Version": "2012-10-17",/)
    expect(excess).toContain('it would let through, if the other side did: training')
    expect(excess).toContain('  · codecommit:GetBranch is said elsewhere too')
  })

  test('in reach: who, and under which condition', () => {
    expect(part(all, 'reachable by others: 1')).toContain(
      '  ✗ s3://churn-111111111111-us-east-1 by account 444455556666 (an account that\n      nobody declared): s3:GetObject, s3:ListBucket where StringLike\n      aws:PrincipalTag/team ml-*',
    )
  })

  test('in paths: the chain, drawn', () => {
    expect(part(all, 'escalation paths')).toContain(`escalation paths between accounts: 1
  ✗ production churn-deploy-deployer-us-east-1
      ──assume role──► shared churn-pipeline-us-east-1
      ──assume role──► training churn-train-stack-action-us-east-1 (needed)
      how: can assume it: its trust policy names it, and the identity policy
        allows sts:AssumeRole
      so: who takes over the deployer`)
  })

  test('in the proof: what was not decided, and what was taken wider', () => {
    expect(part(all, 'proof:')).toMatch(
      /; 1\n {2}undecided\n {2}\? Train\/RunWorkflow\S+\s+\(identity\): more than(.|\n)*\n {2}≈ aws:SourceIp/,
    )
  })
})

describe('at length, too, what is alike is said once', () => {
  const [reach] = churnReport.reach as readonly [Reach]
  const [path] = churnReport.paths as readonly [EscalationPath]
  const other = 'arn:aws:iam::222222222222:role/other'
  const all = text(
    {
      ...churnReport,
      reach: [reach, { ...reach, who: 'anybody else in 222222222222 (training)' }],
      paths: [{ ...path, to: other, steps: [...path.steps, { ...path.steps[1]!, to: other }] }, path],
    },
    { long: true },
  )

  test('for all who reach a thing by one statement', () =>
    expect(part(all, 'reachable by others: 2').match(/ {2}✗ /g)).toHaveLength(1))

  test('for all that a path leads on to', () =>
    expect(part(all, 'escalation paths between accounts: 2')).toMatch(
      /^ {6}──assume role──► training churn-train-stack-action-us-east-1 \(needed\)\n {6}and in the same way to training other\n/m,
    ))

  test('for a statement, whose text stands where it is met first', () => {
    const lines = text(
      { ...churnReport, excess: [...churnReport.excess, ...churnReport.excess.slice(0, 1)] },
      { long: true },
    )
    expect(lines.match(/"Sid": "Deployer",\n {10}"Effect"/g)).toHaveLength(1)
    expect(lines).toMatch(/\(Deployer\), as above\n/)
  })
})

test('at length, each need has its statements', () => {
  const long = part(text(cleanReport, { long: true }), 'needed and allowed')
  const shown = cleanReport.needed.flatMap(({ statements }) => statements)
  expect(long.match(/^ {6}(identity|trust|key|resource) policy: \S+:\d+, /gm)).toHaveLength(shown.length)
})

test('fits its width, but for words that are copied', () => {
  const looks = [60, 80, 120].flatMap(width => [true, false].map(long => ({ long, width })))
  for (const { long, width } of looks) {
    const wide = text(churnReport, { long, width })
      .split('\n')
      .filter(line => line.length > width && line.trim().split(/\s+(?![^"]*")/).length > 2)
    expect(wide).toEqual([])
  }
})

test('a question that no part shows is an error of its own: a proof that gave up is no yes', () => {
  const undecided = [{ question: 'may anybody else?', why: 'too many combinations' }]
  const report: Report = { ...cleanReport, proof: { ...cleanReport.proof, undecided } }
  expect(text(report)).toMatch(/^✗ churn: 1 error\n/)
})

test('nothing that a name says reaches the terminal as a command', () => {
  for (const long of [true, false]) {
    const all = text(renamed('\u001b[2J\u009b31m\u202echurn'), { long })
    expect(all).not.toMatch(/(?!\n)[\p{Cc}\p{Bidi_Control}]/u)
    expect(all).toContain('\\u001b[2J')
  }
})

test('the same report gives the same text', () => expect(text(churnReport)).toBe(text(structuredClone(churnReport))))
