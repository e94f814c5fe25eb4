/** The public keys in a text, one per line, comments and blank lines left out. */
export const keyLines = (text: string): readonly string[] =>
  text
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '' && !line.startsWith('#'));
