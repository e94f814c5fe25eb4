import { readFileSync } from 'node:fs';
import { defineOptions, type Option } from '../modules-src/sdk/option.ts';

/** A variable that the role computes from others: not for users, written to `vars/main.yml`. */
export interface OwnVariable {
  readonly option: Option;
  /** Jinja, or data. */
  readonly value: unknown;
}

/** One whose value is a text. */
export const text = (description: string, value: string) => ({
  ...defineOptions({ option: { type: 'str', description } }),
  value,
});

/** One whose value is a number. */
export const number = (description: string, value: string) => ({
  ...defineOptions({ option: { type: 'int', description } }),
  value,
});

/** One whose value is a list of texts. */
export const list = (description: string, value: string | readonly string[]) => ({
  ...defineOptions({ option: { type: 'list', elements: 'str', description } }),
  value,
});

/** Jinja: a variable that is worked out where the expression comes to it; one that is named is worked out in any case. */
export const lazily = (name: `proxmox_role_${string}`): string => `lookup('ansible.builtin.vars', '${name}')`;

/** Text of a template of this folder, for a variable: a `template` lookup would copy every variable of the host first. */
export const template = (name: string): string =>
  readFileSync(new URL(`templates/${name}.j2`, import.meta.url), 'utf8');
