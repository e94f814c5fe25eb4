import { linkedClones } from '../../pve/vms/linked-clones.ts';
import type { VmRecord } from '../../pve/vms/guest.ts';
import { readMarker } from '../../pve/vms/marker.ts';
import { isProtected, named } from '../../pve/vms/removal.ts';
import { dependantsOf } from '../../pve/text/dependants.ts';
import { nextValues, isTemplate } from '../../pve/text/vm-config.ts';
import { driveVolume } from '../../pve/text/volume-id.ts';
import { idOf } from '../../pve/vms/volumes.ts';
import { UserError } from '../../sdk/error.ts';
import { optionName } from '../../sdk/option-name.ts';
import { purposeOf, type Around, type Wanted } from './wanted.ts';

/** Refuses, before anything is changed, a VM whose disk cannot make way and come back, or whose new system nobody could judge. */
export function requireReplaceable(wanted: Wanted, record: VmRecord, around: Around | undefined): void {
  const why = faultOf(wanted, record, around);
  if (why !== undefined) throw new UserError(`cannot ${purposeOf(wanted)}: ${why}`);
}

function faultOf(
  wanted: Wanted,
  record: VmRecord,
  { others, storages, lists }: Around = { others: [], storages: [], lists: NO_LISTS },
): string | undefined {
  const { vmid, config } = record;
  if (wanted.wait_for === 'none')
    return `nothing would tell whether the new one comes up; set ${optionName('wait_for')}, for example to agent`;
  if (isTemplate(config))
    return `it is a template, which has generations instead; set ${optionName('template_rotate')}: true`;
  const disk = diskFault(wanted, record);
  if (disk !== undefined) return disk;
  if (isProtected(config))
    return `it is protected, so that no disk of it may go; take the protection away with \`qm set ${vmid} --protection 0\``;
  if (config.snapshots.length > 0)
    return `its snapshots (${config.snapshots.join(', ')}) hold the old disk; remove them with \`qm delsnapshot ${vmid} <name>\``;
  const clones = linkedClones(record, others, storages);
  if (clones.length > 0)
    return `linked clones stand on its disk: ${named(clones)}; give them disks of their own with \`qm disk move\``;
  if (dependantsOf(vmid, { ...lists, replication: undefined, jobs: undefined }).length > 0)
    return `HA starts and stops it, too; leave it out with \`ha-manager set vm:${vmid} --state ignored\` for so long`;
  return undefined;
}

const NO_LISTS = { ha: undefined, replication: undefined, jobs: undefined };

/** Only a disk that we made, of an image, for this VM, is ours to give up. */
function diskFault({ vmid, disk }: Wanted, { config }: VmRecord): string | undefined {
  const volume = driveVolume(nextValues(config).get(disk) ?? '');
  if (volume === undefined) return `${disk} is no disk of a storage; see \`qm config ${vmid}\``;
  if (volume.vmid !== vmid)
    return `${disk}, which it boots from, is ${idOf(volume)}, and that belongs to VM ${volume.vmid ?? 'of nobody'}, as data disks do; boot from a disk of its own`;
  const marker = readMarker(config.get('description'), vmid);
  if (marker?.image !== undefined && marker.disks?.[disk] !== undefined) return undefined;
  return `${disk} was not made of an image by this role, so nothing tells what would be lost with it; make a VM under another VMID`;
}
