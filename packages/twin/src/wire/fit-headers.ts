import { AwsError } from '../engine/aws-error.ts'
import type { Answer } from './codec.ts'

// https://www.rfc-editor.org/rfc/rfc9110#section-5.5, as Node.js checks it: what does not fit throws while it is written.
const UNFIT = /[^\t\x20-\x7e\x80-\xff]/g
const TOKEN = /^[!#$%&'*+.^_`|~\w-]+$/

const fits = (name: string, value: string): boolean => TOKEN.test(name) && value.search(UNFIT) < 0

/** What a caller stored or asked for comes back in headers: with a line break in it, it cannot. */
export const refuseUnfit = (answer: Answer): Answer => {
  for (const name in answer.headers) {
    const value = answer.headers[name]!
    if (fits(name, value)) continue
    if (typeof answer.body === 'object' && 'destroy' in answer.body) answer.body.destroy()
    throw new AwsError('InvalidArgument', `The answer's header ${JSON.stringify(name)} would hold what no header can.`)
  }
  return answer
}

/** A refusal is sent in any case. */
export const makeFit = (answer: Answer): void => {
  for (const [name, value] of Object.entries(answer.headers)) {
    if (!TOKEN.test(name)) delete answer.headers[name]
    else if (value.search(UNFIT) >= 0) answer.headers[name] = value.replace(UNFIT, ' ')
  }
}
