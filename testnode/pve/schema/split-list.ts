/** The items of a list as PVE takes it: parted by blanks, commas or semicolons. */
export function splitList(text: string): string[] {
  return text.split(/[\s,;]+/).filter(item => item !== '');
}
