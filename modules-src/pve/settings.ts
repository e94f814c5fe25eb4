import type { ValuesOf } from '../sdk/option.ts';
import type { Change } from '../sdk/step.ts';
import { deviceSettings, type DeviceWishes } from './device-settings.ts';
import { readMarker, userDescription, withMarker } from './marker.ts';
import type { settingOptions } from './setting-options.ts';
import { renderSetting, sameSetting } from './setting-values.ts';
import { declaredValues, type VmConfig } from './vm-config.ts';

export type SettingWishes = ValuesOf<typeof settingOptions> & DeviceWishes & { readonly vmid: number };

/** Settings by their PVE names, in the form `qm` takes them. */
export type Settings = ReadonlyMap<string, string>;

/** Every setting the user declared; what no variable mentions is not in it. */
export function wantedSettings(wishes: SettingWishes): Settings {
  const plain: Readonly<Record<string, string | number | boolean | undefined>> = {
    cores: wishes.cores,
    sockets: wishes.sockets,
    cpu: wishes.cpu_type,
    memory: wishes.memory,
    balloon: wishes.balloon,
    ostype: wishes.ostype,
    scsihw: wishes.scsihw,
    agent: wishes.agent === undefined ? undefined : wishes.agent ? 'enabled=1' : '0',
    hotplug: wishes.hotplug,
    onboot: wishes.onboot,
    protection: wishes.protection,
    numa: wishes.numa,
    startup: wishes.startup,
    hookscript: wishes.hookscript,
    boot: wishes.boot_order,
    description: wishes.description,
    tags: wishes.tags?.join(';'),
  };
  const all = { ...plain, ...deviceSettings(wishes), ...extraSettings(wishes) };
  return new Map(
    Object.entries(all).flatMap(([key, value]) => (value === undefined ? [] : [[key, settingText(value)]])),
  );
}

const settingText = (value: string | number | boolean): string =>
  typeof value === 'boolean' ? (value ? '1' : '0') : String(value);

function extraSettings({ extra_config: extra = {} }: SettingWishes): Record<string, string> {
  return Object.fromEntries(
    Object.entries(extra).map(([key, value]) => [
      key,
      typeof value === 'boolean' ? settingText(value) : String(value),
    ]),
  );
}

/**
 * The one plan for all settings: what must be set so that the configuration says what is wanted, each value in the form
 * that keeps what must be kept (MAC addresses, our marker). Values that wait for the next start count as set.
 */
export function settingChanges(wanted: Settings, config: VmConfig, vmid: number): Change[] {
  const found = declaredValues(config);
  return [...wanted].flatMap(([key, value]) => {
    const before = key === 'description' ? plainDescription(found) : found.get(key);
    if (sameSetting(key, value, before)) return [];
    return [
      {
        key,
        before,
        after: key === 'description' ? describe(value, found, vmid) : renderSetting(key, value, before),
      },
    ];
  });
}

const plainDescription = (found: Settings): string | undefined => {
  const text = userDescription(found.get('description') ?? '');
  return text === '' ? undefined : text;
};

/** A new text for the user's part of the description; the marker below it stays. */
function describe(text: string, found: Settings, vmid: number): string {
  return withMarker(text, readMarker(found.get('description'), vmid) ?? { vmid });
}
