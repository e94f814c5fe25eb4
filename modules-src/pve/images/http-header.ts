const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const FORBIDDEN = /[^\t\x20-\x7e\x80-\xff]/;

/** Why that cannot be a header of a request; the value, which may be a secret, is not told. */
export function headerFault(name: string, value: unknown): string | undefined {
  if (!TOKEN.test(name))
    return 'its name is none: HTTP knows letters, digits, hyphens and a few signs, and no blank';
  if (typeof value !== 'string' && typeof value !== 'number') return 'its value is no text';
  return FORBIDDEN.test(String(value)) ? 'its value has a character that HTTP forbids' : undefined;
}
