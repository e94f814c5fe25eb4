import {
  expect,
  parseExpression,
  skip,
  takeExpression,
  takeName,
  type Cursor,
  type Expression,
} from './expression.ts';
import { partsOf, type Part } from './tokens.ts';

/** One step through a template, in the order of its text. */
export type Statement =
  | { readonly kind: 'value'; readonly value: Expression }
  | { readonly kind: 'set'; readonly names: readonly string[]; readonly value: Expression }
  | {
      readonly kind: 'for';
      readonly names: readonly string[];
      readonly of: Expression;
      /** Asked of each element. */
      readonly condition?: Expression;
    }
  | { readonly kind: 'endfor' | 'nothing' };

/** What a template prints, asks and sets, in its order. */
export const parseTemplate = (template: string): readonly Statement[] => partsOf(template).map(statementOf);

function statementOf({ kind, tokens }: Part): Statement {
  if (kind === 'output') return { kind: 'value', value: parseExpression(tokens) };
  const cursor = { tokens, at: 0 };
  const keyword = takeName(cursor);
  switch (keyword) {
    case 'if':
    case 'elif':
      return { kind: 'value', value: parseExpression(tokens.slice(1)) };
    case 'set':
      return { kind: 'set', names: takeNames(cursor, '='), value: takeExpression(cursor) };
    case 'for':
      return loopOver(takeNames(cursor, 'in'), parseExpression(tokens.slice(cursor.at)));
    case 'endfor':
      return { kind: 'endfor' };
    case 'macro':
      return { kind: 'set', names: takeNames(cursor, '('), value: NOTHING };
    case 'else':
    case 'endif':
    case 'endmacro':
      return { kind: 'nothing' };
    default:
      throw new SyntaxError(`cannot read the statement "${keyword}"`);
  }
}

/** `x in list if …` reads like a choice without an `else`. */
function loopOver(names: readonly string[], of: Expression): Statement {
  const [only, ...others] = of.kind === 'choice' ? of.branches : [];
  if (of.kind !== 'choice' || only === undefined || others.length > 0) return { kind: 'for', names, of };
  return { kind: 'for', names, of: only, condition: of.condition };
}

const NOTHING: Expression = { kind: 'literal', text: undefined };

function takeNames(cursor: Cursor, end: string): readonly string[] {
  const names = [takeName(cursor)];
  // A property of a namespace is no name of its own.
  while (skip(cursor, ',') || skip(cursor, '.')) names.push(takeName(cursor));
  if (end === '(' && skip(cursor, '(')) return [...names, ...takeNames(cursor, ')')];
  expect(cursor, end);
  return names;
}
