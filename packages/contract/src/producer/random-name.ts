/** A name of `length` letters and digits, made with chance: numbers from 0 up to, not including, 1. */
export function randomName(random: () => number, length: number): string {
  let name = ''
  while (name.length < length)
    name += Math.floor(random() * 36 ** 5)
      .toString(36)
      .padStart(5, '0')
  return name.slice(0, length)
}
