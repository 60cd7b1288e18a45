import { RE2JS } from 're2js'

/**
 * A RegExp look-alike for jsonata's `RegexEngine`, linear in time: a pattern like `(a+)+$` would hang the process otherwise
 * (measured: killed after 30 s). Back-references and look-around are refused.
 */
export class LinearRegex {
  readonly source: string
  readonly flags: string
  lastIndex = 0
  readonly #pattern: RE2JS

  constructor(pattern: RegExp | string, flags?: string) {
    const from = typeof pattern === 'string' ? new RegExp(pattern, flags) : pattern
    this.source = from.source
    this.flags = flags ?? from.flags
    const mode =
      (this.flags.includes('i') ? RE2JS.CASE_INSENSITIVE : 0) | (this.flags.includes('m') ? RE2JS.MULTILINE : 0)
    this.#pattern = RE2JS.compile(this.source, mode)
  }

  exec(text: string): RegExpExecArray | null {
    const matcher = this.#pattern.matcher(text)
    if (this.lastIndex > text.length || !matcher.find(this.lastIndex)) {
      this.lastIndex = 0
      return null
    }
    const groups = Array.from({ length: matcher.groupCount() + 1 }, (_, index) => matcher.group(index) ?? undefined)
    this.lastIndex = matcher.end()
    return Object.assign(groups, {
      index: matcher.start(),
      input: text,
      groups: undefined,
    }) as unknown as RegExpExecArray
  }
}
