import { mergeUserData, mergeVendorData } from '../../pve/cloud-config.ts';
import { addressText, cloudInitChanges, type CloudInitWishes } from '../../pve/cloud-init.ts';
import type { cloudInitOptions } from '../../pve/cloud-init-options.ts';
import { planOwnVm, type FoundVm, type Identity } from '../../pve/own-vm.ts';
import { snippetFor, snippetSteps, type Snippet, type SnippetKind } from '../../pve/snippets.ts';
import type { Storage } from '../../pve/storage-config.ts';
import { cloudInitDriveKey, type VmConfig } from '../../pve/vm-config.ts';
import { UserError } from '../../sdk/error.ts';
import type { ValuesOf } from '../../sdk/option.ts';
import { qm, type Lane, type Step } from '../../sdk/step.ts';

export type Wanted = ValuesOf<typeof cloudInitOptions> &
  Identity & { readonly storage: string; readonly agent: boolean };

export interface Observed {
  readonly vm: FoundVm;
  /** Where snippets go; undefined when no storage of the node holds them. */
  readonly snippetStorage: Storage | undefined;
  /** Our snippets of this VM that exist, by path. */
  readonly snippetTexts: ReadonlyMap<string, string>;
  readonly passwordHash: string | undefined;
  /** Keys in the file that the user named. */
  readonly fileKeys: readonly string[];
}

/** Snippets that differ, then one `qm set` with what differs, then the drive anew if its content changed. */
export function planCloudInit(wanted: Wanted, observed: Observed): readonly Lane[] {
  const label = `VM ${wanted.vmid} (${wanted.name})`;
  return planOwnVm(wanted, observed.vm, `apply cloud-init to ${label}`, config =>
    cloudInitLanes(wanted, observed, config, label),
  );
}

function cloudInitLanes(wanted: Wanted, observed: Observed, config: VmConfig, label: string): Lane[] {
  requireGateway(wanted);
  const wishes = wishesOf(wanted, observed);
  const written = snippetSteps(wishes.snippets, observed.snippetTexts);
  const { changes, properties, addsDrive } = cloudInitChanges(wishes, config);
  const set: Step[] =
    changes.length === 0
      ? []
      : [{ summary: `set cloud-init of ${label}`, action: qm('set', wanted.vmid, properties), changes }];
  // Attaching the drive writes it; else what changed reaches the guest only with a new one.
  const stale = !addsDrive && (written.length > 0 || changes.length > 0);
  return [[...written, ...set, ...(stale ? [refresh(wanted.vmid, label)] : [])]];
}

const refresh = (vmid: number, label: string): Step => ({
  summary: `write the cloud-init drive of ${label} anew`,
  action: qm('cloudinit update', vmid),
});

function requireGateway({ ip, gw, name, vmid }: Wanted): void {
  if (ip === undefined || ip === 'dhcp' || gw !== undefined) return;
  throw new UserError(
    `cannot give VM ${vmid} (${name}) the address ${ip}: it has no gateway; set proxmox_vm_cloud_init_gw`,
  );
}

function wishesOf(wanted: Wanted, observed: Observed): CloudInitWishes {
  const first = addressText(wanted);
  const others = Object.entries(wanted.networks ?? {}).map(([net, text]): [string, string] => [
    net,
    String(text),
  ]);
  return {
    user: wanted.user,
    passwordHash: observed.passwordHash,
    keys: allKeys(wanted, observed),
    addresses: new Map([...(first === undefined ? [] : [['net0', first] as const]), ...others]),
    dns: wanted.dns,
    domain: wanted.domain,
    upgrade: wanted.upgrade,
    snippets: wantedSnippets(wanted, observed),
    driveStorage: wanted.storage,
  };
}

const allKeys = ({ ssh_keys: keys = [] }: Wanted, { fileKeys }: Observed): string[] => [
  ...new Set([...keys, ...fileKeys].map(key => key.trim()).filter(key => key !== '')),
];

const installsAgent = ({ agent, install_agent: install }: Wanted): boolean => agent && install === true;

function wantedSnippets(wanted: Wanted, observed: Observed): Snippet[] {
  const texts: Readonly<Record<SnippetKind, string | undefined>> = {
    user: wanted.user_data === undefined ? undefined : userData(wanted, wanted.user_data, observed),
    vendor: mergeVendorData(wanted.vendor_data, installsAgent(wanted)),
    network: wanted.network_data,
    meta: wanted.meta_data,
  };
  const storage = observed.snippetStorage;
  if (storage === undefined) return refuseLostSnippets(wanted);
  return Object.entries(texts).flatMap(([kind, text]) =>
    text === undefined ? [] : [snippetFor(wanted.vmid, kind as SnippetKind, storage, text)],
  );
}

const userData = (wanted: Wanted, text: string, observed: Observed): string =>
  mergeUserData(text, {
    name: wanted.name,
    domain: wanted.domain,
    user: wanted.user,
    passwordHash: observed.passwordHash,
    keys: allKeys(wanted, observed),
  });

/** Without a storage for snippets, only the agent's installation can be done without. */
function refuseLostSnippets(wanted: Wanted): Snippet[] {
  const asked = (['user_data', 'vendor_data', 'network_data', 'meta_data'] as const).filter(
    name => wanted[name] !== undefined,
  );
  if (asked.length === 0) return [];
  throw new UserError(
    `cannot write the snippets of VM ${wanted.vmid} (${wanted.name}), asked for by ` +
      `${asked.map(name => `proxmox_vm_cloud_init_${name}`).join(', ')}: no usable storage of this node holds snippets; ` +
      'allow them with `pvesm set <storage> --content <its content>,snippets`',
  );
}

export function cloudInitReport(_: Wanted, { vm }: Observed): Readonly<Record<string, unknown>> {
  const config = vm.record?.config ?? new Map<string, string>();
  const addresses = [...config].filter(([key]) => /^ipconfig\d+$/.test(key));
  return {
    drive: cloudInitDriveKey(config),
    user: config.get('ciuser'),
    addresses: Object.fromEntries(addresses.map(([key, text]) => [key.replace('ipconfig', 'net'), text])),
  };
}
