import { isDictionary, type Dictionary } from '../../sdk/dictionary.ts';
import type { DeclaredGuest } from './params.ts';

/** What differs, or differed, about one setting. Absent sides: the setting was not there, or is not to be. */
export interface Difference {
  readonly setting: string;
  readonly before?: string;
  readonly after?: string;
  /** What it is about when that is not the VM itself, such as a clone. */
  readonly subject?: string;
}

type Result = DeclaredGuest['results'][number];
type Told = Dictionary;

/** The settings that a result has changed, or would. */
export const differencesOf = ({ steps }: Result): readonly Difference[] =>
  steps.flatMap(step =>
    dictionariesIn(step['changes']).map(change => ({
      setting: textOf(change['key']) ?? '',
      ...ifTold('before', textOf(change['before'])),
      ...ifTold('after', textOf(change['after'])),
      ...ifTold('subject', textOf(step['subject'])),
    })),
  );

/** What a result has done, or would do. */
export const stepsOf = ({ steps }: Result): readonly string[] =>
  steps.flatMap(({ summary }) => textOf(summary) ?? []);

/** The settings that have been set and count from the next start on. */
export const waitingOf = ({ pending }: Result): readonly Difference[] =>
  pending.map(({ key, current, pending: next }) => ({
    setting: textOf(key) ?? '',
    ...ifTold('before', textOf(current)),
    ...ifTold('after', textOf(next)),
  }));

const ifTold = <K extends string>(key: K, value: string | undefined): { readonly [_ in K]?: string } =>
  // The key is the only one that the result has.
  value === undefined ? {} : ({ [key]: value } as { readonly [_ in K]?: string });

const dictionariesIn = (value: unknown): readonly Told[] =>
  Array.isArray(value) ? value.filter(isDictionary) : [];

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string'
    ? value
    : typeof value === 'number' || typeof value === 'boolean'
      ? String(value)
      : undefined;
