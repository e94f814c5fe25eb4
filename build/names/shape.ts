import type { Option } from '../../modules-src/sdk/option.ts';

/** What is known of a value: nothing, that its elements are alike, or which keys it has. */
export type Shape =
  | { readonly kind: 'any' }
  | { readonly kind: 'each'; readonly of: Shape }
  | { readonly kind: 'keys'; readonly keys: ReadonlyMap<string, Shape> };

export const ANY: Shape = { kind: 'any' };

export const each = (of: Shape): Shape => ({ kind: 'each', of });

export const keys = (entries: Iterable<readonly [string, Shape]>): Shape => ({
  kind: 'keys',
  keys: new Map(entries),
});

/** Keys whose values may be anything. */
export const names = (...list: readonly string[]): Shape => keys(list.map(name => [name, ANY]));

export const elementOf = (shape: Shape): Shape => (shape.kind === 'each' ? shape.of : ANY);

/** What is one or the other: keys of both. */
export function either(one: Shape, other: Shape): Shape {
  if (one.kind === 'each' && other.kind === 'each') return each(either(one.of, other.of));
  if (one.kind !== 'keys' || other.kind !== 'keys') return one.kind === 'any' ? other : one;
  const shared = [...one.keys].map(
    ([key, shape]) => [key, either(shape, other.keys.get(key) ?? ANY)] as const,
  );
  return keys([...other.keys, ...shared]);
}

/** What is sure of a name that is defined in two places: keys that it has in both. */
export function inBoth(one: Shape, other: Shape): Shape {
  if (one.kind !== 'keys' || other.kind !== 'keys') return either(one, other);
  const shared = [...one.keys].filter(([key]) => other.keys.has(key));
  return keys(shared.map(([key, shape]) => [key, either(shape, other.keys.get(key) ?? ANY)]));
}

/** What the values of an option look like. */
export function shapeOfOption(option: Option): Shape {
  const inner =
    'options' in option
      ? keys(Object.entries(option.options).map(([name, one]) => [name, shapeOfOption(one)]))
      : ANY;
  if ('values' in option)
    return each(keys(Object.entries(option.values).map(([name, one]) => [name, shapeOfOption(one)])));
  return option.type === 'list' ? each(inner) : inner;
}

/** What data looks like; an empty dictionary or list tells nothing. */
export function shapeOfData(data: unknown, textShape: (text: string) => Shape = () => ANY): Shape {
  if (typeof data === 'string') return textShape(data);
  if (typeof data !== 'object' || data === null) return ANY;
  const shapes = Object.entries(data).map(([key, value]) => [key, shapeOfData(value, textShape)] as const);
  if (shapes.length === 0) return ANY;
  return Array.isArray(data) ? each(shapes.map(([, shape]) => shape).reduce(either)) : keys(shapes);
}
