/** A word, a text, a number or a sign of a Jinja expression. */
export interface Token {
  readonly kind: 'name' | 'text' | 'number' | 'sign';
  readonly text: string;
}

/** What stands between `{{` and `}}`, or between `{%` and `%}`. */
export interface Part {
  readonly kind: 'output' | 'statement';
  readonly tokens: readonly Token[];
}

const TOKEN =
  /\s*(?:([A-Za-z_]\w*)|('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")|(\d+(?:\.\d+)?)|([=!<>]=|\/\/|\*\*|[-+*/%~<>=|.,:()[\]{}]))/y;
const KINDS = ['name', 'text', 'number', 'sign'] as const;
const CLOSING = { output: /\s*-?\}\}/y, statement: /\s*-?%\}/y } as const;

/** The parts of a template, in their order; what is printed as it stands and comments are left out. */
export function partsOf(template: string): readonly Part[] {
  const parts: Part[] = [];
  const opening = /\{([{%])[-+]?|\{#[^]*?#\}/g;
  for (let found = opening.exec(template); found !== null; found = opening.exec(template)) {
    if (found[1] === undefined) continue;
    const kind = found[1] === '{' ? 'output' : 'statement';
    const { tokens, end } = tokensUntil(template, opening.lastIndex, CLOSING[kind]);
    parts.push({ kind, tokens });
    opening.lastIndex = end;
  }
  return parts;
}

/** The tokens of a bare expression, such as that of `when`. */
export const tokensOf = (expression: string): readonly Token[] => tokensUntil(expression, 0, /\s*$/y).tokens;

function tokensUntil(
  text: string,
  start: number,
  closing: RegExp,
): { readonly tokens: readonly Token[]; readonly end: number } {
  const tokens: Token[] = [];
  let at = start;
  // Braces of dictionaries are no end of the part.
  let depth = 0;
  for (;;) {
    closing.lastIndex = at;
    if (depth === 0 && closing.test(text)) return { tokens, end: closing.lastIndex };
    TOKEN.lastIndex = at;
    const groups: readonly (string | undefined)[] = TOKEN.exec(text)?.slice(1) ?? [];
    const index = groups.findIndex(group => group !== undefined);
    const [kind, word] = [KINDS[index], groups[index]];
    if (kind === undefined || word === undefined)
      throw new SyntaxError(`cannot read "${text.slice(at, at + 40)}"`);
    if (kind === 'sign') depth += '([{'.includes(word) ? 1 : ')]}'.includes(word) ? -1 : 0;
    tokens.push({ kind, text: word });
    at = TOKEN.lastIndex;
  }
}
