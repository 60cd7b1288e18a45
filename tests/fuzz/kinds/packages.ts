import { archive, models } from '../archives.ts'
import { type Parts, signed } from '../request.ts'
import type { Kind, Making } from './kind.ts'

const archives = ({ from, world }: Making) => {
  const name = world.names.functionname?.[0] ?? ''
  const ZipFile = archive(from).toString('base64')
  const headers = { 'content-type': 'application/json' }
  const update: Parts = {
    service: 'lambda',
    method: 'PUT',
    target: `/2015-03-31/functions/${name}/code`,
    headers,
    body: Buffer.from(JSON.stringify({ ZipFile })),
  }
  const create = {
    FunctionName: `made-${from.below(20)}`,
    Role: world.names.role?.[0],
    Runtime: 'nodejs24.x',
    Handler: 'index.handler',
    Code: { ZipFile },
  }
  const made: Parts = {
    ...update,
    method: 'POST',
    target: '/2015-03-31/functions',
    body: Buffer.from(JSON.stringify(create)),
  }
  const stored: Parts = {
    service: 's3',
    method: 'PUT',
    target: `/${world.names.bucket?.[0]}/${from.pick(['code.zip', 'model.tar.gz'])}`,
    headers: {},
    body: from.once(2) ? archive(from) : from.pick(models),
  }
  const fetched: Parts = {
    ...update,
    body: Buffer.from(
      JSON.stringify({ S3Bucket: world.names.bucket?.[0], S3Key: from.pick(['code.zip', 'model.tar.gz']) }),
    ),
  }
  return { bytes: signed(from.pick([update, made, stored, fetched]), world.administrator) }
}

export const packageKinds: Record<string, Kind> = { archives: { weight: 0.6, make: archives } }
