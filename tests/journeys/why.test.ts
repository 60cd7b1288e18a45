import { fileURLToPath } from 'node:url'
import { afterAll, expect, test } from 'vitest'
import { desk, eventsIn } from './cli.ts'

const { tripoint, inside, clear } = desk()
afterAll(clear)

const churn = fileURLToPath(new URL('../../examples/churn', import.meta.url))
const LINE = `--config ${churn}`

test('an access of the list is allowed: the path, the statements with their lines, and its entry', async () => {
  const { code, out } = await tripoint(`why hosting s3:GetObject Bucket/models/churn-train-1/model.tar.gz ${LINE}`)
  expect(code).toBe(0)
  expect(out).toMatch(/✓ does a statement of any policy deny it\? no/)
  expect(out).toMatch(
    /✓ does the resource policy allow it\? \(111111111111\) yes\n.*tripoint\.out\/churn-base\.template\.json:\d+/,
  )
  expect(out).toMatch(
    /✓ does an identity policy .* \(333333333333\) yes\n.*tripoint\.out\/churn-production\.template\.json:\d+/,
  )
  expect(out).toMatch(
    /└─► allowed\n.*on the access list: deploy\/hosting-role\/s3:GetObject\/models, for Deploy\/DeployEndpoint/,
  )
  expect(out).toMatch(/and then .*kms:Decrypt[\s\S]*└─► allowed[\s\S]*together: allowed/)
})

test('what is not on it is denied: the missing halves, in which account, and the least that would do', async () => {
  const { code, out } = await inside(`why deployer kms:Decrypt Key ${LINE}`)
  expect(code).toBe(1)
  expect(out).toMatch(/└─► denied/)
  expect(out).toMatch(
    /missing on the key side, in account 111111111111 at tripoint\.out\/churn-base\.template\.json:\d+/,
  )
  expect(out).toMatch(/missing on the identity side, in account 333333333333 at .*churn-production\.template\.json:\d+/)
  expect(out.match(/the least that would do: \{"Effect":"Allow",.*"kms:Decrypt"/g)).toHaveLength(2)
})

test('as events, with what the request was supposed to carry', async () => {
  const { out } = await inside(`why hosting kms:Decrypt Key ${LINE} --json`)
  const [event] = eventsIn(out)
  expect(event).toMatchObject({
    type: 'why',
    answer: {
      verdict: 'allowed',
      decisions: [{ assumed: expect.arrayContaining([expect.objectContaining({ key: 'kms:ViaService' })]) }],
    },
  })
})

test.each([
  [`why publisher s3:DeleteObject Bucket/data/x ${LINE}`, /cannot be said/, ''],
  [`why deployer kms:Decrypt Key --config nowhere`, /^$/, /^nowhere is not there\n {2}cure: /],
  [`why --context a=b deployr kms:Decrypt Key ${LINE}`, /^$/, /called "deployr"/],
  [`why deployr kms:Decrypt Key ${LINE}`, /^$/, /called "deployr"; near it: .*deployer/],
])('%s: nothing can be said', async (args, said, error) => {
  const { code, out, err } = await inside(args)
  expect({ code, out, err }).toEqual({
    code: 2,
    out: expect.stringMatching(said),
    err: error === '' ? '' : expect.stringMatching(error),
  })
})
