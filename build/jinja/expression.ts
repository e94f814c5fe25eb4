import type { Token } from './tokens.ts';

/** What an expression of Jinja consists of, as far as names in it are concerned. */
export type Expression =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'literal'; readonly text: string | undefined }
  | { readonly kind: 'list'; readonly items: readonly Expression[] }
  | { readonly kind: 'dict'; readonly entries: readonly (readonly [Expression, Expression])[] }
  | { readonly kind: 'member'; readonly of: Expression; readonly key: string }
  | { readonly kind: 'item'; readonly of: Expression; readonly at: readonly Expression[] }
  | ({ readonly kind: 'call'; readonly of: Expression } & Arguments)
  | ({ readonly kind: 'filter' | 'test'; readonly of: Expression; readonly name: string } & Arguments)
  | { readonly kind: 'choice'; readonly condition: Expression; readonly branches: readonly Expression[] }
  | { readonly kind: 'operation'; readonly operands: readonly Expression[] };

export interface Arguments {
  readonly args: readonly Expression[];
  readonly named: ReadonlyMap<string, Expression>;
}

/** Tokens with the place of the next one. */
export interface Cursor {
  readonly tokens: readonly Token[];
  at: number;
}

/** A whole expression; whatever follows it is an error. */
export function parseExpression(tokens: readonly Token[]): Expression {
  const cursor = { tokens, at: 0 };
  const expression = takeExpression(cursor);
  if (cursor.at < tokens.length) throw unexpected(cursor);
  return expression;
}

export function takeExpression(cursor: Cursor): Expression {
  const value = takeBinary(cursor, 0);
  if (!skip(cursor, 'if')) return value;
  const condition = takeBinary(cursor, 0);
  return {
    kind: 'choice',
    condition,
    branches: skip(cursor, 'else') ? [value, takeExpression(cursor)] : [value],
  };
}

/** Operators that bind alike, the loosest first; `not` stands between them. */
const BINARY: readonly (readonly string[])[] = [
  ['or'],
  ['and'],
  ['==', '!=', '<=', '>=', '<', '>', 'in', 'not'],
  ['~', '+', '-'],
  ['*', '/', '//', '%', '**'],
];
const COMPARISONS = 2;

function takeBinary(cursor: Cursor, level: number): Expression {
  const operators = BINARY[level];
  if (operators === undefined) return takeUnary(cursor);
  if (level === COMPARISONS && skip(cursor, 'not')) return operation(takeBinary(cursor, level));
  const operands = [takeBinary(cursor, level + 1)];
  while (operators.some(operator => skip(cursor, operator))) {
    // `not` is the first word of `not in`.
    skip(cursor, 'in');
    operands.push(takeBinary(cursor, level + 1));
  }
  const [only] = operands;
  return operands.length === 1 && only !== undefined ? only : operation(...operands);
}

const operation = (...operands: readonly Expression[]): Expression => ({ kind: 'operation', operands });

function takeUnary(cursor: Cursor): Expression {
  if (skip(cursor, '-')) return operation(takeUnary(cursor));
  let value = takePostfixes(cursor, takePrimary(cursor));
  for (;;) {
    if (skip(cursor, '|')) value = { kind: 'filter', of: value, ...takeNameWithArguments(cursor) };
    else if (skip(cursor, 'is')) {
      skip(cursor, 'not');
      value = { kind: 'test', of: value, ...takeNameWithArguments(cursor) };
    } else return value;
  }
}

function takeNameWithArguments(cursor: Cursor): { readonly name: string } & Arguments {
  let name = takeName(cursor);
  while (skip(cursor, '.')) name += `.${takeName(cursor)}`;
  return { name, ...(skip(cursor, '(') ? takeArguments(cursor) : { args: [], named: new Map() }) };
}

function takePostfixes(cursor: Cursor, primary: Expression): Expression {
  let value = primary;
  for (;;) {
    if (skip(cursor, '.')) value = { kind: 'member', of: value, key: takeName(cursor) };
    else if (skip(cursor, '[')) value = takeItem(cursor, value);
    else if (skip(cursor, '(')) value = { kind: 'call', of: value, ...takeArguments(cursor) };
    else return value;
  }
}

/** `['key']` is a member, `[0]` and `[from:to]` are items. */
function takeItem(cursor: Cursor, of: Expression): Expression {
  const at: Expression[] = [];
  let isSlice = false;
  while (!skip(cursor, ']')) {
    if (skip(cursor, ':')) isSlice = true;
    else at.push(takeExpression(cursor));
  }
  const [only] = at;
  if (only?.kind === 'literal' && only.text !== undefined) return { kind: 'member', of, key: only.text };
  return isSlice ? operation(of, ...at) : { kind: 'item', of, at };
}

function takeArguments(cursor: Cursor): Arguments {
  const args: Expression[] = [];
  const named = new Map<string, Expression>();
  while (!skip(cursor, ')')) {
    const name = cursor.tokens[cursor.at];
    if (name?.kind === 'name' && cursor.tokens[cursor.at + 1]?.text === '=') {
      cursor.at += 2;
      named.set(name.text, takeExpression(cursor));
    } else args.push(takeExpression(cursor));
    skip(cursor, ',');
  }
  return { args, named };
}

function takePrimary(cursor: Cursor): Expression {
  if (skip(cursor, '(')) return takeSequence(cursor, ')', true);
  if (skip(cursor, '[')) return takeSequence(cursor, ']', false);
  if (skip(cursor, '{')) return takeDict(cursor);
  const token = cursor.tokens[cursor.at++];
  if (token?.kind === 'text') return { kind: 'literal', text: token.text.slice(1, -1) };
  if (token?.kind === 'number') return { kind: 'literal', text: undefined };
  if (token?.kind !== 'name') throw unexpected({ ...cursor, at: cursor.at - 1 });
  return ['true', 'false', 'none'].includes(token.text.toLowerCase())
    ? { kind: 'literal', text: undefined }
    : { kind: 'name', name: token.text };
}

function takeSequence(cursor: Cursor, end: string, isBracket: boolean): Expression {
  const items: Expression[] = [];
  while (!skip(cursor, end)) {
    items.push(takeExpression(cursor));
    skip(cursor, ',');
  }
  const [only] = items;
  return isBracket && items.length === 1 && only !== undefined ? only : { kind: 'list', items };
}

function takeDict(cursor: Cursor): Expression {
  const entries: [Expression, Expression][] = [];
  while (!skip(cursor, '}')) {
    const key = takeExpression(cursor);
    expect(cursor, ':');
    entries.push([key, takeExpression(cursor)]);
    skip(cursor, ',');
  }
  return { kind: 'dict', entries };
}

export function takeName(cursor: Cursor): string {
  const token = cursor.tokens[cursor.at];
  if (token?.kind !== 'name') throw unexpected(cursor);
  cursor.at++;
  return token.text;
}

/** Whether the next token is that word or sign, which then is taken. */
export function skip(cursor: Cursor, text: string): boolean {
  const token = cursor.tokens[cursor.at];
  if (token?.text !== text || token.kind === 'text') return false;
  cursor.at++;
  return true;
}

export function expect(cursor: Cursor, text: string): void {
  if (!skip(cursor, text)) throw unexpected(cursor);
}

function unexpected({ tokens, at }: Cursor): SyntaxError {
  const words = tokens.map(token => token.text);
  return new SyntaxError(`cannot read "${words.slice(0, at).join(' ')}" on from "${words[at] ?? 'its end'}"`);
}
