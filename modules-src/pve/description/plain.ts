import type { Option } from '../../sdk/option.ts';
import { PLAIN_SETTINGS } from '../settings/differences.ts';
import { settingFormat } from '../settings/formats.ts';
import { settingOptions } from '../settings/options.ts';
import { canonicalWord } from '../text/property-string.ts';
import { tagsIn } from '../vms/marker.ts';
import type { Variables } from './variables.ts';

/**
 * Options that are one setting each, as far as their types take what is there. What the configuration does not mention is
 * said where the role would else say something of its own.
 */
export const plainVariables = (found: ReadonlyMap<string, string>, defaults: Variables): Variables =>
  Object.fromEntries(
    PLAIN_SETTINGS.flatMap(([option, key]) => {
      const text =
        found.get(key) ?? (Object.hasOwn(defaults, option) ? settingFormat(key).absent : undefined);
      const value = text === undefined ? undefined : valueOf(settingOptions[option], text);
      return value === undefined ? [] : [[option, value] as const];
    }),
  );

function valueOf(option: Option, text: string): unknown {
  switch (option.type) {
    case 'int':
      return /^\d+$/.test(text) ? Number(text) : undefined;
    case 'bool':
      return { 0: false, 1: true }[canonicalWord(text)];
    case 'list':
      return tagsIn(text);
    default:
      return isChoice(option, text) ? text : undefined;
  }
}

const isChoice = (option: Option, text: string): boolean =>
  option.type !== 'str' || (option.choices?.includes(text) ?? true);
