import type { Arguments, Expression } from '../jinja/expression.ts';
import { ANY, each, either, elementOf, type Shape } from './shape.ts';

/** Filters that the role uses, by what becomes of a value; any other name is taken for a misspelt one. */
const TO_ELEMENT: readonly string[] = ['first', 'last'];
const TO_SAME: readonly string[] = [
  ...['list', 'unique', 'sort', 'reverse', 'flatten'],
  ...['select', 'reject', 'selectattr', 'rejectattr', 'difference', 'intersect', 'union'],
];
const TO_ANYTHING: readonly string[] = [
  ...['bool', 'int', 'string', 'length', 'join', 'trim', 'lower', 'dictsort', 'combine', 'expanduser'],
  ...['to_nice_yaml', 'format', 'to_json', 'from_json', 'splitext'],
  ...['regex_replace', 'regex_search', 'regex_findall'],
];

/** Tests that the role uses. */
const TESTS: readonly string[] = [
  ...['defined', 'undefined', 'match', 'search', 'mapping', 'sequence', 'string', 'eq', 'ne', 'in', 'none'],
];

type Report = (problem: string) => void;

/** The text of an argument, where it is written there. */
const literal = (argument: Expression | undefined): string | undefined =>
  argument?.kind === 'literal' ? argument.text : undefined;

export interface FilterCall {
  readonly name: string;
  readonly arguments: Arguments;
  readonly input: Shape;
  /** Shapes of the arguments, in their order. */
  readonly shapes: readonly Shape[];
}

/** What a filter makes of a value; what it names of the elements must be there. */
export function filtered({ name, arguments: given, input, shapes }: FilterCall, report: Report): Shape {
  const [first, second] = given.args;
  if (name === 'default') return either(input, shapes[0] ?? ANY);
  if (name === 'map') return mapped(given, input, shapes, report);
  const attribute = ['selectattr', 'rejectattr'].includes(name) ? literal(first) : attributeOf(given);
  if (attribute !== undefined) pathIn(elementOf(input), attribute, report);
  const test = ['selectattr', 'rejectattr'].includes(name) ? literal(second) : literal(first);
  if (/^(select|reject)/.test(name) && test !== undefined) requireTest(test, report);
  if (name === 'flatten') return flattened(input);
  if (TO_ELEMENT.includes(name)) return elementOf(input);
  if (TO_SAME.includes(name)) return input;
  if (!TO_ANYTHING.includes(name)) report(`no filter ${name}`);
  return ANY;
}

function mapped(given: Arguments, input: Shape, shapes: readonly Shape[], report: Report): Shape {
  const attribute = attributeOf(given);
  if (attribute !== undefined) return each(pathIn(elementOf(input), attribute, report));
  const name = literal(given.args[0]) ?? '';
  if (name === 'extract') return each(elementOf(shapes[1] ?? ANY));
  const inner = { args: given.args.slice(1), named: given.named };
  return each(filtered({ name, arguments: inner, input: elementOf(input), shapes: shapes.slice(1) }, report));
}

const attributeOf = ({ named }: Arguments): string | undefined => literal(named.get('attribute'));

const flattened = (input: Shape): Shape => {
  const inner = elementOf(input);
  return inner.kind === 'each' ? inner : input;
};

export function requireTest(name: string, report: Report): void {
  if (!TESTS.includes(name)) report(`no test ${name}`);
}

/** What a path such as `clone.vmid` leads to. */
const pathIn = (shape: Shape, path: string, report: Report): Shape =>
  path.split('.').reduce((at, key) => memberOf(at, key, report), shape);

/** Methods of Python’s dictionaries, lists and texts. */
const METHODS: readonly string[] = [
  'append',
  'get',
  'index',
  'items',
  'keys',
  'splitlines',
  'update',
  'values',
];

/** What a key of a value leads to; a key that it cannot have is reported. */
export function memberOf(shape: Shape, key: string, report: Report): Shape {
  if (shape.kind === 'each') return METHODS.includes(key) ? ANY : shape.of;
  if (shape.kind === 'any' || METHODS.includes(key)) return ANY;
  const found = shape.keys.get(key);
  if (found === undefined) report(`no key ${key} among ${[...shape.keys.keys()].join(', ')}`);
  return found ?? ANY;
}
