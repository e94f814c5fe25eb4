import type { Change, PropertyValue, QmProperties } from '../../sdk/step.ts';
import { sameSetting } from '../settings/values.ts';
import { customParts, isOurSnippet, type SnippetKind } from '../text/cloud-init-volumes.ts';
import { customText, type Snippet } from './snippets.ts';
import { nextValues, decodeText, type VmConfig } from '../text/vm-config.ts';
import { NO_GATEWAY } from '../text/gateway.ts';
import { newDrive } from './drive/slot.ts';
import type { OwnDriveWish } from './drive/own.ts';

/** What cloud-init is to tell a guest, ready to be compared with a configuration. */
export interface CloudInitWishes {
  /** Format of the drive (`citype`). */
  readonly type?: string | undefined;
  readonly user?: string | undefined;
  /** SHA-256 crypt of the password. */
  readonly passwordHash?: string | undefined;
  readonly keys?: readonly string[] | undefined;
  /** Addresses by network device: net0 → `ip=dhcp`. */
  readonly addresses: ReadonlyMap<string, string>;
  readonly dns?: string | undefined;
  readonly domain?: string | undefined;
  readonly upgrade?: boolean | undefined;
  readonly snippets: readonly Snippet[];
  /** Snippets that are there already, by kind. */
  readonly named?: ReadonlyMap<SnippetKind, string> | undefined;
  /** A drive of our own in the place of PVE's. */
  readonly own?: OwnDriveWish | undefined;
  /** Storage of PVE's drive where the VM has none; absent: none is added. */
  readonly driveStorage?: string | undefined;
}

/** Differences of a VM's cloud-init settings, as changes to show and as properties to set. */
export interface CloudInitChanges {
  readonly changes: readonly Change[];
  readonly properties: QmProperties;
  readonly addsDrive: boolean;
}

export function cloudInitChanges(wishes: CloudInitWishes, config: VmConfig): CloudInitChanges {
  const found = nextValues(config);
  const plain = plainChanges(wishes, found);
  const custom = customChange(wishes, found);
  const keys = keyChange(wishes, found);
  const password = passwordChange(wishes, found);
  const drive = wishes.driveStorage === undefined ? [] : newDrive(wishes.driveStorage, found);
  const changes = [...drive, ...plain, ...custom, ...keys, ...password];
  return {
    changes,
    properties: {
      ...Object.fromEntries([...drive, ...plain].map(({ key, after }) => [key, after ?? ''])),
      ...customProperties(custom),
      ...(keys.length > 0 && { sshkeys: { file: `${keyText(wishes)}\n` } }),
      ...(password.length > 0 && { cipassword: { secret: wishes.passwordHash ?? '' } }),
    },
    addsDrive: drive.length > 0,
  };
}

function plainChanges(wishes: CloudInitWishes, found: ReadonlyMap<string, string>): Change[] {
  const wanted: Readonly<Record<string, string | undefined>> = {
    citype: wishes.type,
    ciuser: wishes.user,
    ciupgrade: wishes.upgrade === undefined ? undefined : wishes.upgrade ? '1' : '0',
    nameserver: wishes.dns,
    searchdomain: wishes.domain,
    ...Object.fromEntries([...wishes.addresses].map(([net, text]) => [net.replace('net', 'ipconfig'), text])),
  };
  return Object.entries(wanted).flatMap(([key, after]) => {
    const before = found.get(key);
    return after === undefined || sameSetting(key, after, before) ? [] : [{ key, before, after }];
  });
}

/** Our snippets that are wanted enter `cicustom`, others of ours leave it, the user's own stay. */
function customChange(
  { snippets, named = new Map() }: CloudInitWishes,
  found: ReadonlyMap<string, string>,
): Change[] {
  const before = found.get('cicustom');
  const holdsOurs = [...customParts(found).values()].some(isOurSnippet);
  if (snippets.length === 0 && named.size === 0 && !holdsOurs) return [];
  const wanted = [...snippets, ...[...named].map(([kind, volume]) => ({ kind, volume }))];
  const after = customText(found, wanted);
  const same = after !== undefined && before !== undefined && sameSetting('cicustom', after, before);
  return same ? [] : [{ key: 'cicustom', before, after }];
}

function customProperties([change]: readonly Change[]): CloudInitChanges['properties'] {
  if (change === undefined) return {};
  return change.after === undefined ? { delete: ['cicustom'] } : { cicustom: change.after };
}

const keyText = ({ keys = [] }: CloudInitWishes): string =>
  keys
    .map(key => key.trim())
    .filter(key => key !== '')
    .join('\n');

/** Keys are stored URL-encoded on one line; the order counts, surrounding space does not. */
function keyChange(wishes: CloudInitWishes, found: ReadonlyMap<string, string>): Change[] {
  const before = decodeText(found.get('sshkeys') ?? '').trim();
  const after = keyText(wishes);
  if (after === '' || before === after) return [];
  return [{ key: 'sshkeys', before: before === '' ? undefined : before, after }];
}

/** The hash tells nothing to a reader and stays out of the diff. */
function passwordChange({ passwordHash }: CloudInitWishes, found: ReadonlyMap<string, string>): Change[] {
  const before = found.get('cipassword');
  if (passwordHash === undefined || before === passwordHash) return [];
  return [
    { key: 'cipassword', before: before === undefined ? undefined : '(hidden)', after: '(hidden, new)' },
  ];
}

export interface Addresses {
  readonly ip?: string | undefined;
  readonly gw?: string | undefined;
  readonly ip6?: string | undefined;
  readonly gw6?: string | undefined;
}

/** The text of `ipconfig<n>` for one device of `networks`, written out or given as a dictionary. */
export const deviceAddress = (value: string | Addresses): string =>
  typeof value === 'string' ? value : (addressText(value) ?? '');

/** The addresses that a configuration gives a guest, by network device: net0 → `ip=dhcp`. */
export const addressesIn = (config: ReadonlyMap<string, string>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [...config].flatMap(([key, text]) =>
      /^ipconfig\d+$/.test(key) ? [[key.replace('ipconfig', 'net'), text]] : [],
    ),
  );

/** The text of `ipconfig<n>`; undefined when nothing is said. */
export function addressText({ ip, gw, ip6, gw6 }: Addresses): string | undefined {
  const parts = Object.entries({
    ip,
    gw: ip?.includes('/') && gw !== NO_GATEWAY ? gw : undefined,
    ip6,
    gw6: ip6?.includes('/') ? gw6 : undefined,
  });
  const text = parts.flatMap(([key, value]) => (value === undefined ? [] : [`${key}=${value}`])).join(',');
  return text === '' ? undefined : text;
}

/** The settings that a VM has when those properties are set. */
export function valuesAfter(
  found: ReadonlyMap<string, string>,
  { delete: removed = [], ...properties }: QmProperties,
): ReadonlyMap<string, string> {
  const values = new Map([...found].filter(([key]) => !removed.includes(key)));
  for (const [key, value] of Object.entries(properties)) {
    const text = storedText(key, value);
    if (text !== undefined) values.set(key, text);
  }
  return values;
}

/** A value as PVE stores it. */
function storedText(key: string, value: PropertyValue | readonly string[] | undefined): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object') return undefined;
  if ('secret' in value) return value.secret;
  return 'file' in value && key === 'sshkeys' ? encodeURIComponent(value.file) : undefined;
}
