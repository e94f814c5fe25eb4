/** Characters that HTML gives a meaning, that nobody sees, or that turn the order of others around. */
const UNSAFE = /[&<>"'`\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
  '\n': '\n',
  '\t': '\t',
};

/** A text for HTML, between tags or in a quoted attribute. What cannot be seen is shown by its number. */
export const escape = (text: string): string =>
  text.replace(UNSAFE, found => ENTITIES[found] ?? `\\u{${(found.codePointAt(0) ?? 0).toString(16)}}`);
