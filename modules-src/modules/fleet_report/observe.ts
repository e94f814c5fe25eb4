import { surveyVms, unreadNodes, type READ_VMS, type UnreadNode } from '../../pve/vms/find.ts';
import { isHolder } from '../../pve/data-disks/holder.ts';
import { isOfOurMaking, readMarker } from '../../pve/vms/marker.ts';
import type { VmRecord } from '../../pve/vms/guest.ts';
import type { Part } from '../../sdk/cluster.ts';
import type { Circumstances } from '../../sdk/define-module.ts';

/** A guest that the role has made. */
export interface OwnGuest {
  readonly vmid: number;
  readonly name: string;
  readonly node: string;
  readonly template: boolean;
  /** Name of the template that it is a generation of. */
  readonly family?: string;
}

export interface Found {
  readonly checkMode: boolean;
  readonly guests: readonly OwnGuest[];
  readonly unread: readonly UnreadNode[];
}

export async function observeFleet(
  _: unknown,
  { checkMode }: Circumstances,
  cluster: Part<(typeof READ_VMS)[number]>,
): Promise<Found> {
  const { records, unread } = await surveyVms(cluster);
  // Nobody declares the holder of data disks: it is there with the first of them.
  const own = records.filter(record => isOfOurMaking(record.config, record.vmid) && !isHolder(record));
  const guests = own.map(ownGuest);
  return { checkMode, guests: guests.sort((a, b) => a.vmid - b.vmid), unread: unreadNodes(unread) };
}

function ownGuest({ vmid, node, config }: VmRecord): OwnGuest {
  const family = readMarker(config.get('description'), vmid)?.generation?.family;
  return {
    vmid,
    name: config.get('name') ?? '',
    node,
    template: config.get('template') === '1',
    ...(family !== undefined && { family }),
  };
}
