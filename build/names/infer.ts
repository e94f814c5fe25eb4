import type { Expression } from '../jinja/expression.ts';
import { parseTemplate, type Statement } from '../jinja/template.ts';
import { filtered, memberOf, requireTest } from './filters.ts';
import { ANY, each, either, elementOf, keys, names, type Shape } from './shape.ts';

/** Names that an expression may use, and where a wrong one is told. */
export interface Scope {
  readonly shapeOf: (name: string) => Shape | undefined;
  readonly report: (problem: string) => void;
}

/** Functions of Ansible that the role uses. */
const FUNCTIONS: readonly string[] = ['query', 'lookup', 'range', 'namespace'];

/** What is known of the value of an expression; every name in it must be known. */
export function shapeOf(expression: Expression, scope: Scope): Shape {
  const inner = (part: Expression): Shape => shapeOf(part, scope);
  switch (expression.kind) {
    case 'name':
      return shapeOfName(expression.name, scope);
    case 'literal':
      return ANY;
    case 'list':
      return each(expression.items.map(inner).reduce(either, ANY));
    case 'dict':
      return shapeOfDict(expression.entries, scope);
    case 'member':
      return memberOf(inner(expression.of), expression.key, scope.report);
    case 'item':
      expression.at.forEach(inner);
      return anyOf(inner(expression.of));
    case 'call':
      [...expression.args, ...expression.named.values()].forEach(inner);
      if (expression.of.kind !== 'name' || !FUNCTIONS.includes(expression.of.name)) inner(expression.of);
      return shapeOfLookup(expression, scope);
    case 'test':
      requireTest(expression.name, scope.report);
      [expression.of, ...expression.args].forEach(inner);
      return ANY;
    case 'filter':
      return shapeOfFilter(expression, scope);
    case 'choice':
      inner(expression.condition);
      return expression.branches.map(inner).reduce(either);
    case 'operation':
      return expression.operands.map(inner).reduce(together);
  }
}

/** What two operands make: lists of which one tells nothing of its elements may hold anything. */
const together = (one: Shape, other: Shape): Shape =>
  [one, other].every(({ kind }) => kind === 'each') && [one, other].map(elementOf).includes(ANY)
    ? each(ANY)
    : either(one, other);

/** What any key or index leads to. */
const anyOf = (shape: Shape): Shape =>
  shape.kind === 'keys' && shape.keys.size > 0 ? [...shape.keys.values()].reduce(either) : elementOf(shape);

function shapeOfName(name: string, { shapeOf: known, report }: Scope): Shape {
  const shape = known(name);
  if (shape === undefined) report(`nothing defines ${name}`);
  return shape ?? ANY;
}

/** A variable may be looked up by its name. */
function shapeOfLookup({ args: [plugin, name] }: Extract<Expression, { kind: 'call' }>, scope: Scope): Shape {
  const isVariable = plugin?.kind === 'literal' && plugin.text === 'ansible.builtin.vars';
  return isVariable && name?.kind === 'literal' ? shapeOfName(name.text ?? '', scope) : ANY;
}

function shapeOfFilter(expression: Extract<Expression, { kind: 'filter' | 'test' }>, scope: Scope): Shape {
  const { name, args, named } = expression;
  const input = shapeOf(expression.of, scope);
  const shapes = args.map(argument => shapeOf(argument, scope));
  named.forEach(argument => shapeOf(argument, scope));
  return filtered({ name, arguments: { args, named }, input, shapes }, scope.report);
}

/** An empty dictionary stands for a missing one and tells nothing of its keys. */
function shapeOfDict(entries: readonly (readonly [Expression, Expression])[], scope: Scope): Shape {
  const shapes = entries.map(([key, value]) => {
    if (key.kind !== 'literal') shapeOf(key, scope);
    return [key.kind === 'literal' ? key.text : undefined, shapeOf(value, scope)] as const;
  });
  const known = shapes.flatMap(([key, shape]) => (key === undefined ? [] : [[key, shape] as const]));
  return known.length === 0 ? ANY : keys(known);
}

const LOOP = names('index', 'index0', 'first', 'last', 'length');

/** Walks through a template; answers what its only expression is, where it is nothing else. */
export function shapeOfTemplate(template: string, scope: Scope): Shape {
  const layers = [new Map<string, Shape>()];
  const inside: Scope = {
    ...scope,
    shapeOf: name => layers.findLast(layer => layer.has(name))?.get(name) ?? scope.shapeOf(name),
  };
  const statements = parseTemplate(template);
  const shapes = statements.map(statement => shapeOfStatement(statement, layers, inside));
  const isOnlyExpression = statements.length === 1 && /^\s*\{\{[^]*\}\}\s*$/.test(template);
  return isOnlyExpression ? (shapes[0] ?? ANY) : ANY;
}

function shapeOfStatement(statement: Statement, layers: Map<string, Shape>[], scope: Scope): Shape {
  const bind = (names: readonly string[], shape: Shape): void =>
    names.forEach(name => layers.at(-1)?.set(name, names.length === 1 ? shape : ANY));
  switch (statement.kind) {
    case 'value':
      return shapeOf(statement.value, scope);
    case 'set':
      bind(statement.names, shapeOf(statement.value, scope));
      return ANY;
    case 'for': {
      const element = elementOf(shapeOf(statement.of, scope));
      layers.push(new Map([['loop', LOOP]]));
      bind(statement.names, element);
      if (statement.condition !== undefined) shapeOf(statement.condition, scope);
      return ANY;
    }
    case 'endfor':
      layers.pop();
      return ANY;
    case 'nothing':
      return ANY;
  }
}
