/** `train` becomes `Train`, `second-train` becomes `SecondTrain`: logical ids are letters and digits. */
export const logicalIdOf = (id: string): string =>
  id
    .split('-')
    .map(word => word.charAt(0).toUpperCase() + word.slice(1))
    .join('')
