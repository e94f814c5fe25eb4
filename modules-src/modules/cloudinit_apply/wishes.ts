import { mergeUserData, mergeVendorData, requireDictionary } from '../../pve/cloud-config.ts';
import { addressText, deviceAddress, type CloudInitWishes } from '../../pve/cloud-init.ts';
import type { cloudInitOptions } from '../../pve/cloud-init-options.ts';
import type { FoundVm, Identity } from '../../pve/own-vm.ts';
import type { Resolver } from '../../pve/resolver.ts';
import { SNIPPET_KINDS, snippetFor, type Snippet, type SnippetKind } from '../../pve/snippets.ts';
import type { Storage } from '../../pve/storage-config.ts';
import { UserError } from '../../sdk/error.ts';
import type { ValuesOf } from '../../sdk/option.ts';

export type Wanted = ValuesOf<typeof cloudInitOptions> &
  Identity & {
    readonly storage: string;
    readonly agent: boolean;
    readonly hostname?: string | undefined;
  };

export interface Observed {
  readonly vm: FoundVm;
  /** Where snippets go; undefined when no storage of the node holds them. */
  readonly snippetStorage: Storage | undefined;
  /** Our snippets of this VM that exist there, by path. */
  readonly snippetTexts: ReadonlyMap<string, string>;
  /** Paths of our snippets of this VM on any storage. */
  readonly ownSnippets: readonly string[];
  /** Contents of the snippets that `cicustom` names, ours or the user's. */
  readonly customTexts: ReadonlyMap<SnippetKind, string>;
  /** What the VM's cloud-init drive says; undefined where it cannot be read. */
  readonly drive: ReadonlyMap<SnippetKind, string> | undefined;
  /** The resolver of the node. */
  readonly resolver: Resolver;
  readonly passwordHash: string | undefined;
  /** Keys in the file that the user named. */
  readonly fileKeys: readonly string[];
  /** Texts of snippets from files of the node. */
  readonly fileTexts: ReadonlyMap<SnippetKind, string>;
}

/** What the user wants, ready to be compared with the configuration. */
export function wishesOf(wanted: Wanted, observed: Observed): CloudInitWishes {
  requireGateway(wanted);
  const first = addressText(wanted);
  const others = Object.entries(wanted.networks ?? {}).map(
    ([net, value]) => [net, deviceAddress(value)] as const,
  );
  return {
    type: wanted.type,
    user: wanted.user,
    passwordHash: observed.passwordHash,
    keys: allKeys(wanted, observed),
    addresses: new Map([...(first === undefined ? [] : [['net0', first] as const]), ...others]),
    dns: words(wanted.dns),
    domain: words(wanted.domain),
    upgrade: wanted.upgrade,
    snippets: wantedSnippets(wanted, observed),
    driveStorage: wanted.storage,
  };
}

function requireGateway({ ip, gw, name, vmid }: Wanted): void {
  if (ip === undefined || ip === 'dhcp' || gw !== undefined) return;
  throw new UserError(
    `cannot give VM ${vmid} (${name}) the address ${ip}: it has no gateway; set proxmox_vm_cloud_init_gw`,
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

const allKeys = ({ ssh_keys: keys = [] }: Wanted, { fileKeys }: Observed): string[] => [
  ...new Set(
    [...keys, ...fileKeys]
      .flatMap(key => key.split('\n'))
      .map(key => key.trim())
      .filter(isKey),
  ),
];

/** A line of a list may be a comment, as in a file of keys; PVE takes none. */
const isKey = (line: string): boolean => line !== '' && !line.startsWith('#');

/** The text that the user gave for a kind of snippet, inline or in a file. */
export const snippetText = (wanted: Wanted, { fileTexts }: Observed, kind: SnippetKind): string | undefined =>
  wanted[`${kind}_data`] ?? fileTexts.get(kind);

const installsAgent = ({ agent, install_agent: install }: Wanted): boolean => agent && install === true;

function wantedSnippets(wanted: Wanted, observed: Observed): Snippet[] {
  const storage = observed.snippetStorage;
  if (storage === undefined) return refuseLostSnippets(wanted);
  return SNIPPET_KINDS.flatMap(kind => {
    const content = contentOf(kind, wanted, observed);
    return content === undefined ? [] : [snippetFor(wanted.vmid, kind, storage, content)];
  });
}

function contentOf(kind: SnippetKind, wanted: Wanted, observed: Observed): string | undefined {
  const text = snippetText(wanted, observed, kind);
  if (kind === 'user') return text === undefined ? undefined : userData(wanted, text, observed);
  if (kind === 'vendor') return mergeVendorData(text, installsAgent(wanted));
  return text === undefined ? undefined : requireDictionary(text, `proxmox_vm_cloud_init_${kind}_data`);
}

const userData = (wanted: Wanted, text: string, observed: Observed): string =>
  mergeUserData(text, {
    name: wanted.hostname ?? wanted.name,
    domain: words(wanted.domain),
    user: wanted.user,
    passwordHash: observed.passwordHash,
    keys: allKeys(wanted, observed),
    upgrade: wanted.upgrade,
  });

/** Without a storage for snippets, only the agent's installation can be done without. */
function refuseLostSnippets(wanted: Wanted): Snippet[] {
  const options = SNIPPET_KINDS.flatMap(kind => [`${kind}_data`, `${kind}_data_file`] as const);
  const asked = options.filter(name => wanted[name] !== undefined);
  if (asked.length === 0) return [];
  throw new UserError(
    `cannot write the snippets of VM ${wanted.vmid} (${wanted.name}), asked for by ` +
      `${asked.map(name => `proxmox_vm_cloud_init_${name}`).join(', ')}: no usable storage of this node holds snippets; ` +
      'allow them with `pvesm set <storage> --content <its content>,snippets`',
  );
}
