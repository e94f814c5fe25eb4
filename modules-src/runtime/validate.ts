import type { ErrorObject } from 'ajv';
import { fieldOf } from '../sdk/dictionary.ts';
import type { ParameterRules, Problem } from '../sdk/define-module.ts';
import type { Option, Options } from '../sdk/option.ts';
import { nearest } from '../sdk/nearest.ts';
import { coerce, type Misfit } from './coerce.ts';
import { shown, tellerOf, wayOut } from './way-out.ts';

/** Compiled at build time from the module's options; true when the values fit, else `errors` says why not. */
export interface Validator {
  (values: unknown): boolean;
  readonly errors?: readonly ErrorObject[] | null | undefined;
}

export interface Validated {
  readonly values: Readonly<Record<string, unknown>>;
  readonly problems: readonly Problem[];
}

/** All problems of the parameters at once; values that do not fit are left out of the result. */
export function validate(
  definition: { readonly params: Options; readonly rules?: ParameterRules },
  validator: Validator,
  raw: Readonly<Record<string, unknown>>,
): Validated {
  const { values, misfits } = coerce(definition.params, raw);
  validator(values);
  const broken = misfits.map(found => found.path);
  const schemaMisfits = (validator.errors ?? []).map(error => misfitOf(definition.params, error, values));
  const all = distinct([
    ...misfits,
    ...schemaMisfits.filter(found => !broken.includes(found.path)),
    ...brokenRules(definition.rules ?? {}, values),
  ]);
  return { values: without(values, all), problems: all.map(found => problemOf(definition.params, found)) };
}

/** A bad key breaks two keywords of the schema and is one problem. */
const distinct = (misfits: readonly Misfit[]): Misfit[] =>
  misfits.filter(
    (one, index) => misfits.findIndex(other => other.path === one.path && other.says === one.says) === index,
  );

function problemOf(options: Options, { path, says, fix }: Misfit): Problem {
  const keys = path.split(/[.[\]]+/).filter(key => key !== '');
  const message = `${path} ${says}`;
  return { code: 'PVE-PARAM', variable: path, message, fix: fix ?? wayOut(optionAt(options, keys), path) };
}

function without(
  values: Readonly<Record<string, unknown>>,
  misfits: readonly Misfit[],
): Record<string, unknown> {
  const bad = new Set(misfits.map(found => found.path.split(/[.[]/, 1)[0]));
  return Object.fromEntries(Object.entries(values).filter(([name]) => !bad.has(name)));
}

/** Words one error of the schema by what the option says about itself. */
function misfitOf(options: Options, error: ErrorObject, values: unknown): Misfit {
  const keys = error.instancePath.split('/').slice(1).map(unescapePointer);
  const params = error.params as Readonly<Record<string, unknown>>;
  const missing = error.keyword === 'required' ? [String(params['missingProperty'])] : [];
  const path = pathText([...keys, ...missing]);
  const option = optionAt(options, keys);
  const given = valueAt(values, keys);
  const value = tellerOf(option ?? {})(given);
  switch (error.keyword) {
    case 'required':
      return { path, says: 'is required', fix: 'add it' };
    case 'enum':
      return oneOf(path, given, value, params['allowedValues'] as readonly string[]);
    case 'minimum':
      return { path, says: `is ${value}; must be at least ${String(params['limit'])}` };
    case 'maximum':
      return { path, says: `is ${value}; must be at most ${String(params['limit'])}` };
    case 'pattern':
      return { path, says: `is ${value}; must be ${textsOf(option) ?? patternText(option)}` };
    case 'propertyNames':
      return { path, says: `is ${value}; must be ${patternText(option)}` };
    default:
      return { path, says: error.message ?? 'is not valid' };
  }
}

function oneOf(path: string, given: unknown, value: string, choices: readonly string[]): Misfit {
  const meant = nearest(String(given), choices);
  const fix = meant === undefined ? `set ${path} to one of them` : `did you mean ${meant}?`;
  return { path, says: `is ${value}; must be one of ${choices.join(', ')}`, fix };
}

const textsOf = (option: Option | undefined): string | undefined =>
  option?.type === 'dict' ? option.texts?.says : undefined;

function patternText(option: Option | undefined): string {
  if (option === undefined) return 'of the documented form';
  if ('pattern' in option) return option.pattern.says;
  if ('keys' in option) return `a dictionary with keys that are ${option.keys.says}`;
  return 'of the documented form';
}

const unescapePointer = (key: string): string => key.replaceAll('~1', '/').replaceAll('~0', '~');

const pathText = (keys: readonly string[]): string =>
  keys.map((key, index) => (/^\d+$/.test(key) ? `[${key}]` : index === 0 ? key : `.${key}`)).join('');

function optionAt(options: Options, keys: readonly string[]): Option | undefined {
  const [name, ...rest] = keys.filter(key => !/^\d+$/.test(key));
  const option = name === undefined ? undefined : options[name];
  if (rest.length === 0 || option === undefined) return option;
  if ('values' in option && rest.length > 1) return optionAt(option.values, rest.slice(1));
  return 'options' in option ? optionAt(option.options, rest) : option;
}

function valueAt(values: unknown, keys: readonly string[]): unknown {
  return keys.reduce(fieldOf, values);
}

function brokenRules(rules: ParameterRules, values: Readonly<Record<string, unknown>>): Misfit[] {
  const given = (names: readonly string[]): string[] => names.filter(name => values[name] !== undefined);
  return [
    ...(rules.mutuallyExclusive ?? [])
      .filter(names => given(names).length > 1)
      .map(names => ({ path: given(names).join(', '), says: 'exclude each other; give one' })),
    ...(rules.requiredTogether ?? [])
      .filter(names => given(names).length > 0 && given(names).length < names.length)
      .map(names => ({ path: names.join(', '), says: 'belong together; give all or none' })),
    ...(rules.requiredIf ?? [])
      .filter(([name, value, others]) => values[name] === value && given(others).length < others.length)
      .flatMap(([name, value, others]) =>
        others
          .filter(other => values[other] === undefined)
          .map(other => ({ path: other, says: `is required when ${name} is ${shown(value)}` })),
      ),
    ...(rules.requiredOneOf ?? [])
      .filter(names => given(names).length === 0)
      .map(names => ({ path: names.join(', '), says: 'are all absent; give one' })),
  ];
}
