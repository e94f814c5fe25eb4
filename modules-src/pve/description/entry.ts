import type { HeldDataDisk } from '../data-disks/users.ts';
import { differences, wantedSettings, type SettingWishes } from '../settings/differences.ts';
import { isDrive } from '../settings/drives.ts';
import { extraProblems } from '../settings/extra-config.ts';
import { DEFAULT_STORAGE } from '../settings/image-disk.ts';
import type { VmRecord } from '../vms/guest.ts';
import { userDescription } from '../vms/marker.ts';
import { nextValues, isTemplate } from '../text/vm-config.ts';
import { dataDiskVariables } from './data-disks.ts';
import { deviceVariables } from './devices.ts';
import { byVolume, diskVariable, firstStorage } from './drives.ts';
import { plainVariables } from './plain.ts';
import { remarksOn } from './remarks.ts';
import type { Variables } from './variables.ts';

/** A VM as an entry of `proxmox_vms`, and what no variable says of it, as lines for a person. */
export interface Entry {
  readonly variables: Variables;
  readonly remarks: readonly string[];
}

interface Around {
  /** What the variables are when nobody sets them. */
  readonly defaults: Variables;
  readonly running: boolean;
  readonly pool: string | undefined;
  readonly dataDisks: readonly HeldDataDisk[];
}

/** No settings, or nobody's wish. */
const NOT_SAID =
  /^(?:name|digest|lock|parent|template|vmgenid|meta|snaptime|vmstate|running.*|cipassword|sshkeys|unused\d+)$/;

/** The variables with which the role plans nothing for a VM. */
export function describeVm(record: VmRecord, around: Around): Entry {
  const { vmid, node, config } = record;
  const slots = new Set(around.dataDisks.map(({ key }) => key));
  const all = withoutMarker(nextValues(config));
  const found = new Map([...all].filter(([key]) => !slots.has(key)));
  const storage = firstStorage(found) ?? DEFAULT_STORAGE;
  const { settings, left } = describeSettings({ record, found, storage, defaults: around.defaults });
  return {
    variables: {
      name: found.get('name'),
      vmid,
      node,
      ...unlike(around.defaults, {
        disk_storage: storage,
        ...settings,
        ...dataDiskVariables(around.dataDisks, storage),
      }),
      ...(around.pool !== undefined && { pool: around.pool }),
      ...(isTemplate(config) && { make_template: true }),
      ...(!isTemplate(config) && !around.running && { start_after_create: false }),
    },
    remarks: [...remarksOn(found), ...left.map(key => `${key}: no variable says it`)],
  };
}

interface Described {
  readonly record: VmRecord;
  readonly found: ReadonlyMap<string, string>;
  readonly storage: string;
  readonly defaults: Variables;
}

/**
 * Whatever no variable of its own can say is in `extra_config`, as the plan of the role finds it; what that cannot say
 * either is left.
 */
function describeSettings({ record, found, storage, defaults }: Described): {
  readonly settings: Variables;
  readonly left: readonly string[];
} {
  const own = {
    ...plainVariables(found, defaults),
    ...deviceVariables(found, storage),
    disks: diskVariable(found),
  };
  const openWith = (variables: Variables): readonly string[] =>
    openKeys({ ...defaults, ...variables, vmid: record.vmid, disk_storage: storage }, record, found);
  const extra = Object.fromEntries(openWith(own).map(key => [key, textOf(key, found)]));
  const refused = extraProblems(extra, undefined).map(({ option }) => option);
  const taken = Object.entries(extra).filter(([key]) => !refused.includes(key));
  const settings = { ...own, ...(taken.length > 0 && { extra_config: Object.fromEntries(taken) }) };
  return { settings, left: [...new Set([...refused, ...openWith(settings)])] };
}

/** Settings that the variables do not say, or of which they say something else. */
function openKeys(
  wishes: SettingWishes,
  { vmid, config }: VmRecord,
  found: ReadonlyMap<string, string>,
): readonly string[] {
  const wanted = wantedSettings(wishes);
  const { changes, growth, refused } = differences(wanted, config, vmid);
  const others = [...growth.map(({ disk }) => disk), ...refused.map(({ key }) => key)];
  const unsaid = [...found.keys()].filter(key => !wanted.has(key) && !NOT_SAID.test(key));
  return [...new Set([...unsaid, ...changes.map(({ key }) => key), ...others])];
}

/** A setting as `qm` takes it; an empty text wants it not to be there. */
function textOf(key: string, found: ReadonlyMap<string, string>): string {
  const text = found.get(key) ?? '';
  return isDrive(key) ? byVolume(text) : text;
}

/** Notes as their author wrote them. */
function withoutMarker(values: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const notes = userDescription(values.get('description') ?? '');
  const others = [...values].filter(([key]) => key !== 'description');
  return new Map([...others, ...(notes === '' ? [] : [['description', notes] as const])]);
}

const unlike = (defaults: Variables, variables: Variables): Variables =>
  Object.fromEntries(
    Object.entries(variables).filter(
      ([name, value]) => JSON.stringify(value) !== JSON.stringify(defaults[name]),
    ),
  );
