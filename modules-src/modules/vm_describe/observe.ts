import { isHolder } from '../../pve/data-disks/holder.ts';
import { dataDisksOf, type HeldDataDisk } from '../../pve/data-disks/users.ts';
import { surveyVms, unreadNodes, type READ_VMS, type UnreadNode } from '../../pve/vms/find.ts';
import type { VmRecord } from '../../pve/vms/guest.ts';
import { tagsIn } from '../../pve/vms/marker.ts';
import { allVolumes } from '../../pve/vms/volumes.ts';
import { nextValues } from '../../pve/text/vm-config.ts';
import type { Part } from '../../sdk/cluster.ts';
import type { Circumstances } from '../../sdk/define-module.ts';
import type { GuestEntry } from '../../sdk/readings.ts';
import { UserError } from '../../sdk/error.ts';
import { optionName } from '../../sdk/option-name.ts';
import type { Selection } from './params.ts';

export interface Found {
  readonly vms: readonly FoundVm[];
  /** Those that may be meant, and that nobody tells of. */
  readonly unread: readonly UnreadNode[];
}

export interface FoundVm extends VmRecord {
  readonly running: boolean;
  readonly pool: string | undefined;
  readonly dataDisks: readonly HeldDataDisk[];
  /** It is there for the data disks of others. */
  readonly isHolder: boolean;
  /** VMs that nobody tells of, and whose VMIDs its disks bear. */
  readonly holdersUnread: readonly number[];
}

type Asked = Part<(typeof READ_VMS)[number] | 'isRunning' | 'readPools'>;

export async function observeGuests(selection: Selection, _: Circumstances, cluster: Asked): Promise<Found> {
  const [{ records, unread }, pools] = await Promise.all([surveyVms(cluster), cluster.readPools()]);
  const factsOf = ({ vmid, node, config }: GuestEntry & Partial<VmRecord>): Facts => {
    const values = config && nextValues(config);
    return {
      vmids: [vmid],
      pools: [pools.get(vmid) ?? ''],
      nodes: [node],
      names: values && [values.get('name') ?? ''],
      tags: values && tagsIn(values.get('tags') ?? ''),
    };
  };
  const isMeant = (guest: GuestEntry): boolean => isChosen(selection, factsOf(guest));
  requireAll(selection, [...records, ...unread].map(factsOf));
  const vmids = new Set(unread.map(({ vmid }) => vmid));
  const found = records.filter(isMeant).map(async record => ({
    ...record,
    pool: pools.get(record.vmid),
    dataDisks: dataDisksOf(record, records),
    isHolder: isHolder(record),
    holdersUnread: allVolumes(record.config).flatMap(({ volume: { vmid } }) =>
      vmid !== undefined && vmids.has(vmid) ? [vmid] : [],
    ),
    running: record.node === cluster.node && (await cluster.isRunning(record.vmid)),
  }));
  const vms = (await Promise.all(found)).sort((a, b) => a.vmid - b.vmid);
  return { vms, unread: unreadNodes(unread.filter(isMeant)) };
}

/** What a VM is chosen by, as far as it is known. */
type Facts = { readonly [K in keyof Selection]-?: readonly (string | number)[] | undefined };

const LISTS = ['vmids', 'names', 'pools', 'tags', 'nodes'] as const;

const isChosen = (selection: Selection, facts: Facts): boolean =>
  LISTS.every(list => selection[list]?.some(wanted => mayHave(facts, list, wanted)) ?? true);

const mayHave = (facts: Facts, list: keyof Facts, wanted: string | number): boolean =>
  facts[list]?.includes(wanted) ?? true;

/** Whoever names something that is not there has misspelt it. */
function requireAll(selection: Selection, all: readonly Facts[]): void {
  const missing = LISTS.flatMap(list =>
    (selection[list] ?? [])
      .filter(wanted => !all.some(facts => mayHave(facts, list, wanted)))
      .map(wanted => `${optionName(`describe_${list}`)}: no VM has "${wanted}"`),
  );
  if (missing.length > 0)
    throw new UserError(`cannot describe the VMs: ${missing.join(', ')}; name what \`qm list\` shows`);
}
