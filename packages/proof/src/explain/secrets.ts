/** What must not be shown again, with what stands in its place. Bounded: what is longer is no secret, and would be too much for one match. */
const SECRETS: readonly (readonly [RegExp, string])[] = [
  [/\b(?:AKIA|ASIA)[A-Z0-9]{12,256}/g, '[access key]'],
  [
    /((?:aws_?)?(?:secret_?access_?key|session_?token|security_?token|secretkey)["']?\s{0,4}[:=]\s{0,4}["']?)[^\s"',;&}]{8,8192}/gi,
    '$1[secret]',
  ],
  [/(x-amz-(?:security-token|signature|credential)["']?\s{0,4}[:=]\s{0,4}["']?)[^\s"',;&}]{1,8192}/gi, '$1[secret]'],
  [/(signature=)[0-9a-f%]{16,8192}/gi, '$1[secret]'],
  [/(authorization["']?\s{0,4}[:=]\s{0,4}["']?(?:bearer|basic)\s)[^\s"',;]{1,8192}/gi, '$1[secret]'],
  [/(encoded authorization failure message:?\s{0,4})[\w-]{16,8192}/gi, '$1[encoded message]'],
]

export const withoutSecrets = (text: string): string =>
  SECRETS.reduce((shown, [pattern, instead]) => shown.replace(pattern, instead), text)
