/** A file of the user's, as it was given. */
export interface SourceFile {
  /** as the user wrote it: findings name it so */
  readonly name: string
  readonly text: string
  /** its document, with short forms such as `!Ref` written out */
  readonly value: unknown
  /** 1-based. What is not there has the place of the nearest that is. */
  placeOf(path: Path): { readonly line: number; readonly column: number }
}

export type Path = readonly (string | number)[]

/** Where something stands: the line is looked up only when it is shown. */
export interface Spot {
  readonly file: SourceFile
  readonly path: Path
}

export interface Place {
  readonly file: string
  readonly line: number
  readonly column: number
  /** `Resources.Bucket.Properties.BucketName` */
  readonly path: string
}

export const below = (spot: Spot, ...path: Path): Spot => ({ file: spot.file, path: [...spot.path, ...path] })

export const placeOf = ({ file, path }: Spot): Place => ({
  file: file.name,
  ...file.placeOf(path),
  path: path.map(String).join('.'),
})
