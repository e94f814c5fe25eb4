import { neededPrivileges, type Privilege } from '../../../pve/settings/privileges.ts';
import type { Wanted } from '../params.ts';
import { attachedDrive } from '../../../pve/text/cloud-init-volumes.ts';
import {
  hasDataDisks,
  isReplacing,
  isRotating,
  isTesting,
  wantedClones,
  wantsImage,
  wantsOwnDrive,
} from '../wishes.ts';
import { ANY_VM, operationsOf, type Found } from './operations.ts';
import { storageOfVolume } from '../../../pve/text/volume-id.ts';

/** Every privilege that a run with these variables needs of an API token, each once. */
export function needsOf(wanted: Wanted, found: Found, version = '9'): readonly Privilege[] {
  const all = [
    ...vmidsOf(wanted).map(vmid => onVm(vmid, 'VM.Audit')),
    ...operationsOf(wanted, found).flatMap(({ action, config }) => neededPrivileges(action, config)),
    ...imageNeeds(wanted, found),
    ...driveNeeds(wanted, found),
    ...dataDiskNeeds(wanted),
    // HA, replication and backup jobs may name a template that is to go, and HA a VM that is stopped for a new system.
    ...(isRotating(wanted) || isReplacing(wanted) ? [{ path: '/', privilege: 'Sys.Audit' }] : []),
    // Any VM may have the disk that makes way.
    ...(isReplacing(wanted) ? [{ path: '/vms', privilege: 'VM.Audit' }] : []),
    ...guestNeeds(wanted, version),
  ];
  return distinct(all.map(one => ({ ...one, path: placeOf(one.path, wanted, found) })));
}

const onVm = (vmid: number, privilege: string): Privilege => ({ path: `/vms/${vmid}`, privilege });

/** The VM, its clones, and with rotation all that the generations may be. */
const vmidsOf = (wanted: Wanted): readonly number[] => [
  isRotating(wanted) ? ANY_VM : (wanted.vm_vmid ?? ANY_VM),
  ...wantedClones(wanted).map(({ vmid }) => vmid ?? ANY_VM),
];

/** An image is put among those to import; only one that is removed again needs more. */
function imageNeeds(wanted: Wanted, { imageStorage }: Found): Privilege[] {
  if (!wantsImage(wanted) || wanted.vm_state === 'absent') return [];
  const path = `/storage/${imageStorage}`;
  return [
    { path, privilege: 'Datastore.AllocateTemplate' },
    { path, privilege: 'Datastore.AllocateSpace' },
    ...(wanted.cloud_image_prune_days === undefined ? [] : [{ path, privilege: 'Datastore.Allocate' }]),
    // Where it is left open who downloads it, the controller does what the node may not.
    ...(wanted.cloud_image_via === 'node'
      ? nodePaths(wanted).map(path => ({ path, privilege: 'Sys.AccessNetwork' }))
      : []),
  ];
}

/** The nodes that are worked on: which ones `all` are, nobody has asked. */
function nodePaths({ vm_node: node, vm_template_nodes: others = [] }: Wanted): readonly string[] {
  if (node === undefined || others.includes('all')) return ['/nodes'];
  return [...new Set([node, ...others])].map(one => `/nodes/${one}`);
}

/** A drive of our own is sent, listed and attached, and removed when another one takes its place, or with its VM. */
function driveNeeds(wanted: Wanted, { driveStorage, configOf }: Found): Privilege[] {
  if (wanted.vm_state === 'absent') return vmidsOf(wanted).flatMap(vmid => removalNeeds(configOf(vmid)));
  if (!wantsOwnDrive(wanted)) return [];
  const path = `/storage/${driveStorage}`;
  return [
    ...['AllocateTemplate', 'AllocateSpace', 'Allocate'].map(kind => ({
      path,
      privilege: `Datastore.${kind}`,
    })),
    ...vmidsOf(wanted).map(vmid => onVm(vmid, 'VM.Config.CDROM')),
    ...resolverNeeds(wanted),
  ];
}

/**
 * A disk that there is shows to who may see its storage and change the disks of its holder alone; and whoever attaches it has
 * to see every VM that may have it.
 */
function dataDiskNeeds(wanted: Wanted): Privilege[] {
  if (!hasDataDisks(wanted)) return [];
  const { vm_data_disks: disks = {}, vm_data_holder: holder = ANY_VM, disk_storage: fallback } = wanted;
  const storages = Object.values(disks).flatMap(({ storage = fallback }) => storage ?? []);
  return [
    { path: '/vms', privilege: 'VM.Audit' },
    ...['VM.Audit', 'VM.Config.Disk'].map(privilege => onVm(holder, privilege)),
    ...storages.map(id => ({ path: `/storage/${id}`, privilege: 'Datastore.Audit' })),
  ];
}

function removalNeeds(config: ReadonlyMap<string, string> | undefined): Privilege[] {
  const drive = config && attachedDrive(config);
  if (drive === undefined) return [];
  return [{ path: `/storage/${storageOfVolume(drive.volume)}`, privilege: 'Datastore.Allocate' }];
}

/** A guest with a fixed address and no servers of its own is told those of the node. */
function resolverNeeds(wanted: Wanted): Privilege[] {
  const { vm_cloud_init_ip: ip = '', vm_cloud_init_dns: dns = [] } = wanted;
  if (!ip.includes('/') || dns.length > 0) return [];
  return nodePaths(wanted).map(path => ({ path, privilege: 'Sys.Audit' }));
}

/** What the agent of a guest is asked for; PVE 8 has one privilege for all of it. */
function guestNeeds(wanted: Wanted, version: string): Privilege[] {
  const { vm_wait_for: sign = 'none', vm_vmid: vmid = ANY_VM } = wanted;
  const isWaited = sign !== 'none' && wanted.vm_state !== 'absent';
  return [
    // Who asks for the end of cloud-init lets a program run in the guest.
    ...(isWaited ? [onVm(vmid, agentPrivilege(sign === 'cloud-init', version))] : []),
    ...(isTesting(wanted) ? [onVm(ANY_VM, agentPrivilege(true, version))] : []),
  ];
}

const agentPrivilege = (runsPrograms: boolean, version: string): string =>
  version.startsWith('8') ? 'VM.Monitor' : `VM.GuestAgent.${runsPrograms ? 'Unrestricted' : 'Audit'}`;

/** A VMID that is chosen later may be any; a VM that is made in a pool is reached through it. */
function placeOf(path: string, wanted: Wanted, { configOf }: Found): string {
  if (path === `/vms/${ANY_VM}`) return wanted.vm_pool === undefined ? '/vms' : `/pool/${wanted.vm_pool}`;
  const { vm_pool: pool, vm_vmid: vmid } = wanted;
  return pool !== undefined && path === `/vms/${vmid ?? ''}` && configOf(vmid ?? ANY_VM) === undefined
    ? `/pool/${pool}`
    : path;
}

/** What is changed on all VMs is changed on each; whoever only sees them all changes no more of them for it. */
function distinct(privileges: readonly Privilege[]): Privilege[] {
  const unique = new Map(privileges.map(one => [`${one.path} ${one.privilege}`, one]));
  const isOnAll = privileges.some(({ path, privilege }) => path === '/vms' && privilege !== 'VM.Audit');
  const widened = [...unique.values()].map(one =>
    isOnAll && one.path.startsWith('/vms/') ? { ...one, path: '/vms' } : one,
  );
  return [...new Map(widened.map(one => [`${one.path} ${one.privilege}`, one])).values()];
}
