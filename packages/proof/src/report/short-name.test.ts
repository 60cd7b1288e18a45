import { expect, test } from 'vitest'
import { cleanReport } from './report.fixture.ts'
import { namesIn } from './short-name.ts'

const names = namesIn(cleanReport.subject)

test.each([
  ['arn:aws:iam::222222222222:role/train', 'train', 'training train'],
  ['arn:aws:iam::222222222222:role/training-steps', 'training-steps', 'training-steps'],
  ['arn:aws:iam::222222222222:role/path/to/train', 'path/to/train', 'training path/to/train'],
  ['arn:aws:iam::222222222222:role/train*', 'role/train*', 'training role/train*'],
  ['arn:aws:iam::111111111111:user/ada', 'user/ada', 'shared user/ada'],
  ['arn:aws:iam::333333333333:root', 'account 333333333333 (production)', 'account 333333333333 (production)'],
  ['arn:aws:iam::999999999999:root', 'account 999999999999', 'account 999999999999'],
  ['arn:aws:s3:::b/data/*', 's3://b/data/*', 's3://b/data/*'],
  [
    'arn:aws:kms:us-east-1:111111111111:key/0a1b2c3d-0000-4000-8000-00000000c4e9',
    'key/0a1b2c3d…',
    'shared key/0a1b2c3d…',
  ],
  ['arn:aws:lambda:us-east-1:333333333333:function:f:1', 'lambda:function:f:1', 'production lambda:function:f:1'],
  ['service:lambda.amazonaws.com', 'lambda.amazonaws.com', 'lambda.amazonaws.com'],
  ['anonymous', 'anybody', 'anybody'],
  ['*', '*', '*'],
])('%s', (arn, short, placed) => expect([names.short(arn), names.placed(arn)]).toEqual([short, placed]))
