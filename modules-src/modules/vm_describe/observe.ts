import { isHolder } from '../../pve/data-disks/holder.ts';
import { dataDisksOf, type HeldDataDisk } from '../../pve/data-disks/users.ts';
import { readVms, type READ_VMS } from '../../pve/vms/find.ts';
import type { VmRecord } from '../../pve/vms/guest.ts';
import { tagsIn } from '../../pve/vms/marker.ts';
import { declaredValues } from '../../pve/text/vm-config.ts';
import type { Part } from '../../sdk/cluster.ts';
import type { Circumstances } from '../../sdk/define-module.ts';
import { UserError } from '../../sdk/error.ts';
import { optionName } from '../../sdk/option-name.ts';
import type { Selection } from './params.ts';

export interface Found extends VmRecord {
  readonly running: boolean;
  readonly pool: string | undefined;
  readonly dataDisks: readonly HeldDataDisk[];
  /** It is there for the data disks of others. */
  readonly isHolder: boolean;
}

type Asked = Part<(typeof READ_VMS)[number] | 'isRunning' | 'readPools'>;

export async function observeGuests(
  selection: Selection,
  _: Circumstances,
  cluster: Asked,
): Promise<readonly Found[]> {
  const [records, pools] = await Promise.all([readVms(cluster), cluster.readPools()]);
  const candidates = records.map(record => ({ record, facts: factsOf(record, pools.get(record.vmid)) }));
  requireAll(
    selection,
    candidates.map(({ facts }) => facts),
  );
  const chosen = candidates.filter(({ facts }) => isChosen(selection, facts)).map(({ record }) => record);
  const found = chosen.map(async record => ({
    ...record,
    pool: pools.get(record.vmid),
    dataDisks: dataDisksOf(record, records),
    isHolder: isHolder(record),
    running: record.node === cluster.node && (await cluster.isRunning(record.vmid)),
  }));
  return (await Promise.all(found)).sort((a, b) => a.vmid - b.vmid);
}

/** What a VM is chosen by. */
type Facts = { readonly [K in keyof Selection]-?: readonly (string | number)[] };

function factsOf({ vmid, node, config }: VmRecord, pool = ''): Facts {
  const values = declaredValues(config);
  return {
    vmids: [vmid],
    names: [values.get('name') ?? ''],
    pools: [pool],
    tags: tagsIn(values.get('tags') ?? ''),
    nodes: [node],
  };
}

const LISTS = ['vmids', 'names', 'pools', 'tags', 'nodes'] as const;

const isChosen = (selection: Selection, facts: Facts): boolean =>
  LISTS.every(list => selection[list]?.some(wanted => facts[list].includes(wanted)) ?? true);

/** Whoever names something that is not there has misspelt it. */
function requireAll(selection: Selection, all: readonly Facts[]): void {
  const missing = LISTS.flatMap(list =>
    (selection[list] ?? [])
      .filter(wanted => !all.some(facts => facts[list].includes(wanted)))
      .map(wanted => `${optionName(`describe_${list}`)}: no VM has "${wanted}"`),
  );
  if (missing.length > 0)
    throw new UserError(`cannot describe the VMs: ${missing.join(', ')}; name what \`qm list\` shows`);
}
