/**
 * The order in which AWS writes the fields of a filled payload template: first the constant ones as the definition has them, then
 * those that an expression filled, in the order of a Java hash map (seen in every recorded history with such a template).
 * It shows where a result is compared as text.
 */
export function hashOrder(keys: readonly string[]): string[] {
  let size = 16
  while (keys.length > size * 0.75) size *= 2
  const bucket = (key: string) => {
    let hash = 0
    for (let index = 0; index < key.length; index++) hash = (Math.imul(31, hash) + key.charCodeAt(index)) | 0
    return ((hash ^ (hash >>> 16)) >>> 0) & (size - 1)
  }
  return [...keys].sort((a, b) => bucket(a) - bucket(b))
}
