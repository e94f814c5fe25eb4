import { usesAgent } from '../settings/agent.ts';
import { gatewayFault } from '../text/gateway.ts';
import { optionName } from '../../sdk/option-name.ts';
import type { ValuesOf } from '../../sdk/option.ts';
import type { Notices } from '../../sdk/define-module.ts';
import { UserError } from '../../sdk/error.ts';
import { cloudConfigHints, mergeUserData, mergeVendorData, requireDictionary } from './cloud-config.ts';
import { addressText, deviceAddress, type CloudInitWishes } from './changes.ts';
import { DEFAULT_USER, type cloudInitOptions } from './options.ts';
import type { Identity } from '../vms/ownership.ts';
import { SNIPPET_KINDS, type SnippetKind } from '../text/cloud-init-volumes.ts';
import type { OwnDriveWish } from './drive/own.ts';
import { snippetFor, type Snippet } from './snippets.ts';
import { keyLines } from '../text/key-lines.ts';
import type { Storage } from '../text/storage-config.ts';

type CloudInitValues = ValuesOf<typeof cloudInitOptions>;

/** What the user says of a VM's cloud-init. */
export type CloudInitWanted = {
  readonly [K in keyof CloudInitValues]?: CloudInitValues[K] | undefined;
} & Identity & {
    /** Storage of a new cloud-init drive; absent: none is added. */
    readonly storage?: string | undefined;
    readonly agent?: string | undefined;
    readonly extra_config?: Readonly<Record<string, unknown>> | undefined;
    /** Absent: the name of the VM. */
    readonly hostname?: string | undefined;
  };

/** Where the texts of a VM can go. */
export interface TextPlaces {
  /** Id of the VM's marker, which its snippets and its drive are named after. */
  readonly id: string;
  /** Where snippets go; undefined when no storage of the node holds them. */
  readonly snippetStorage: Storage | undefined;
  /** Where a drive of our own goes; undefined when no storage of the node holds ISO images. */
  readonly driveStorage: Storage | undefined;
  /** Texts go on a drive of our own where nothing else is said: snippets cannot be written, or the VM has such a drive. */
  readonly usesOwnDrive: boolean;
}

/** What the node has to say about that. */
export interface CloudInitMaterial extends TextPlaces {
  /** What `cipassword` is to hold: a hash, for Windows the password itself. */
  readonly passwordHash: string | undefined;
  /** Absent: it is not. */
  readonly isWindows?: boolean | undefined;
  /** Keys in the file that the user named. */
  readonly fileKeys: readonly string[];
  /** Texts of snippets from files of the node. */
  readonly fileTexts: ReadonlyMap<SnippetKind, string>;
}

/** What the user wants, ready to be compared with the configuration. */
export function wishesOf(wanted: CloudInitWanted, material: CloudInitMaterial): CloudInitWishes {
  requireGateway(wanted);
  const first = addressText(wanted);
  const others = Object.entries(wanted.networks ?? {}).map(
    ([net, value]) => [net, deviceAddress(value)] as const,
  );
  return {
    // PVE chooses by the guest's system; for Linux it is said, so that nobody need know.
    type: wanted.type ?? (material.isWindows === true ? undefined : 'nocloud'),
    user: userOf(wanted, material),
    passwordHash: material.passwordHash,
    keys: allKeys(wanted, material),
    addresses: new Map([...(first === undefined ? [] : [['net0', first] as const]), ...others]),
    dns: words(wanted.dns),
    domain: words(wanted.domain),
    upgrade: wanted.upgrade,
    ...textWishes(wanted, material),
    named: namedSnippets(wanted),
  };
}

/** Texts go into snippets beside PVE's drive, or all together on a drive of our own. */
function textWishes(
  wanted: CloudInitWanted,
  material: CloudInitMaterial,
): Pick<CloudInitWishes, 'snippets' | 'own' | 'driveStorage'> {
  const own = ownDriveOf(wanted, material);
  if (own !== undefined) return { snippets: [], own };
  return {
    snippets: wantedSnippets(wanted, material, wantedTexts(wanted, material)),
    driveStorage: wanted.storage,
  };
}

/** The drive of our own that a VM is to have; undefined: Proxmox VE's. */
export function ownDriveOf(wanted: CloudInitWanted, material: CloudInitMaterial): OwnDriveWish | undefined {
  const texts = wantedTexts(wanted, material);
  return isOnOwnDrive(wanted, material, texts) ? ownDriveWish(wanted, material, texts) : undefined;
}

type Texts = ReadonlyMap<SnippetKind, string>;

const wantedTexts = (wanted: CloudInitWanted, material: CloudInitMaterial): Texts =>
  new Map(
    SNIPPET_KINDS.filter(kind => wanted[`${kind}_snippet`] === undefined).flatMap(kind => {
      const content = contentOf(kind, wanted, material);
      return content === undefined ? [] : [[kind, content] as const];
    }),
  );

function isOnOwnDrive(
  wanted: CloudInitWanted,
  { usesOwnDrive, driveStorage }: CloudInitMaterial,
  texts: Texts,
): boolean {
  if (wanted.drive !== undefined && wanted.drive !== 'auto') return wanted.drive === 'own';
  if (texts.size === 0 || !usesOwnDrive) return false;
  // The agent's installation alone is nothing to give up PVE's drive, or a snippet of the user's own, for.
  return askedTexts(wanted).length > 0 || (driveStorage !== undefined && namedSnippets(wanted).size === 0);
}

/** What must be so that one drive can say it all. */
function ownDriveWish(
  wanted: CloudInitWanted,
  { id, driveStorage: storage, isWindows = false }: CloudInitMaterial,
  texts: Texts,
): OwnDriveWish {
  const purpose = `cannot write a cloud-init drive for VM ${wanted.vmid} (${wanted.name})`;
  const [[kind, volume] = []] = namedSnippets(wanted);
  if (kind !== undefined)
    throw new UserError(
      `${purpose}: nobody but Proxmox VE reads the snippet ${volume ?? ''}; give its text in ${optionName(`cloud_init_${kind}_data`)}, or set ${optionName('cloud_init_drive')}: pve and leave out the texts`,
    );
  if ((wanted.type ?? (isWindows ? 'configdrive2' : 'nocloud')) !== 'nocloud')
    throw new UserError(
      `${purpose}: one of our own has the format nocloud; set ${optionName('cloud_init_type')}: nocloud, or go by SSH, where Proxmox VE writes the drive`,
    );
  if (storage === undefined)
    throw new UserError(
      `${purpose}: no usable storage of this node holds ISO images; allow them with \`pvesm set <storage> --content <its content>,iso\``,
    );
  return { owner: { vmid: wanted.vmid, id }, storage, texts };
}

function requireGateway({ ip, gw, name, vmid, ...wanted }: CloudInitWanted): void {
  const fault = gatewayFault(ip, gw);
  const isSaidElsewhere = [wanted.network_data, wanted.network_data_file, wanted.network_snippet].some(
    one => one !== undefined,
  );
  if (fault === undefined || isSaidElsewhere) return;
  throw new UserError(
    `cannot set the address of VM ${vmid} (${name}): it ${fault}; set ${optionName('cloud_init_gw')}, or to none for a network without a way out`,
  );
}

/** Addresses or domains as PVE takes them: in one line, whatever separated them. */
function words(list: readonly string[] | undefined): string | undefined {
  const text = (list ?? [])
    .flatMap(item => item.split(/[\s,;]+/))
    .filter(word => word !== '')
    .join(' ');
  return text === '' ? undefined : text;
}

/** A line of a list may be a comment, as in a file of keys; PVE takes none. */
const allKeys = ({ ssh_keys: keys = [] }: CloudInitWanted, { fileKeys }: CloudInitMaterial): string[] => [
  ...new Set([...keys, ...fileKeys].flatMap(keyLines)),
];

/** The text that the user gave for a kind of snippet, inline or in a file. */
const snippetText = (
  wanted: CloudInitWanted,
  { fileTexts }: CloudInitMaterial,
  kind: SnippetKind,
): string | undefined => wanted[`${kind}_data`] ?? fileTexts.get(kind);

/** cloudbase-init installs nothing. */
const installsAgent = (
  { agent, extra_config: extra, install_agent: install }: CloudInitWanted,
  { isWindows = false }: CloudInitMaterial,
): boolean => usesAgent(agent, extra) && install === true && !isWindows;

/** The user of Linux images that the role's default names makes no sense to Windows. */
const userOf = ({ user }: CloudInitWanted, { isWindows = false }: CloudInitMaterial): string | undefined =>
  isWindows && user === DEFAULT_USER ? undefined : user;

/** Snippets that are there already, by kind. */
const namedSnippets = (wanted: CloudInitWanted): ReadonlyMap<SnippetKind, string> =>
  new Map(
    SNIPPET_KINDS.flatMap(kind => {
      const volume = wanted[`${kind}_snippet`];
      return volume === undefined ? [] : [[kind, volume] as const];
    }),
  );

function wantedSnippets(
  wanted: CloudInitWanted,
  { snippetStorage: storage, id }: CloudInitMaterial,
  texts: Texts,
): Snippet[] {
  if (storage === undefined) return refuseLostSnippets(wanted);
  return [...texts].map(([kind, content]) => snippetFor({ vmid: wanted.vmid, id }, kind, storage, content));
}

/** PVE writes every search domain behind the name: `fqdn: web.a.test b.test`, which is no name (qemu-server 8.4 and 9.2). */
const needsOwnName = ({ domain }: CloudInitWanted, { isWindows = false }: CloudInitMaterial): boolean =>
  !isWindows && words(domain)?.includes(' ') === true;

function contentOf(
  kind: SnippetKind,
  wanted: CloudInitWanted,
  material: CloudInitMaterial,
): string | undefined {
  const text = snippetText(wanted, material, kind);
  if (kind === 'user')
    return text === undefined && !needsOwnName(wanted, material)
      ? undefined
      : userData(wanted, text ?? '{}', material);
  if (kind === 'vendor')
    return mergeVendorData(text, installsAgent(wanted, material), snippetText(wanted, material, 'user'));
  // Other formats than nocloud have other texts there: Debian's interfaces, JSON.
  const isFree = material.isWindows === true || (wanted.type ?? 'nocloud') !== 'nocloud';
  return text === undefined || isFree ? text : requireDictionary(text, optionName(`cloud_init_${kind}_data`));
}

const userData = (wanted: CloudInitWanted, text: string, material: CloudInitMaterial): string =>
  mergeUserData(text, {
    name: wanted.hostname ?? wanted.name,
    domain: words(wanted.domain),
    user: wanted.user,
    passwordHash: material.passwordHash,
    keys: allKeys(wanted, material),
    upgrade: wanted.upgrade,
    installAgent: installsAgent(wanted, material),
    isWindows: material.isWindows,
  });

/** The texts that the user gave, by option. */
const askedTexts = (wanted: CloudInitWanted) =>
  SNIPPET_KINDS.flatMap(kind => [`${kind}_data`, `${kind}_data_file`] as const).filter(
    name => wanted[name] !== undefined,
  );

/** Without a storage for snippets, only the agent's installation can be done without. */
function refuseLostSnippets(wanted: CloudInitWanted): Snippet[] {
  const asked = askedTexts(wanted);
  if (asked.length === 0) return [];
  throw new UserError(
    `cannot write the snippets of VM ${wanted.vmid} (${wanted.name}), asked for by ` +
      `${asked.map(name => optionName(`cloud_init_${name}`)).join(', ')}: no usable storage of this node holds snippets; ` +
      'allow them with `pvesm set <storage> --content <its content>,snippets`',
  );
}

/** What cloud-init would read and then ignore. */
export function cloudInitWarnings(wanted: CloudInitWanted, material: CloudInitMaterial): Notices {
  const warnings = (['user', 'vendor'] as const).flatMap(kind => {
    const text = snippetText(wanted, material, kind);
    return text === undefined ? [] : cloudConfigHints(text, optionName(`cloud_init_${kind}_data`));
  });
  const lacksName = needsOwnName(wanted, material) && material.snippetStorage === undefined;
  return { warnings: [...warnings, ...(lacksName ? [NO_NAME] : [])] };
}

const NO_NAME =
  `${optionName('cloud_init_domain')} has several domains, and Proxmox VE writes all of them behind the host name of the guest; ` +
  'give one, or let a storage hold snippets, so that the name is written there';
