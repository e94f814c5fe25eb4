import { generationName } from '../../pve/vms/generation-name.ts';
import { generationsOf, type Generation } from '../../pve/vms/generations.ts';
import { assumedRecord, type Identity } from '../../pve/vms/ownership.ts';
import { readVms } from '../../node/vms/claim-number.ts';
import { findSnippets } from '../../node/vms/snippet-files.ts';
import { isRunning, localNode, readClusterLists, readStorages } from '../../node/vms/files.ts';
import type { Circumstances } from '../../sdk/define-module.ts';
import { prunable, type Observed, type Wanted as Plan } from './plan.ts';

export type Wanted = Plan & Identity;

export async function observeRotation(wanted: Wanted, { checkMode }: Circumstances): Promise<Observed> {
  const node = localNode();
  const [others, storages] = await Promise.all([readVms(), readStorages()]);
  const { first } = wanted.generation;
  const found = generationsOf({ name: wanted.name, vmid: first }, node, others).filter(
    ({ marker, record }) => marker?.generation !== undefined || record.vmid === first,
  );
  const generations = checkMode ? withAssumed(wanted, node, found) : found;
  const old = prunable(wanted, { generations }).map(({ record }) => record.vmid);
  const looks = old.map(async vmid => ({
    vmid,
    running: await isRunning(vmid),
    paths: await findSnippets(vmid, storages),
  }));
  const seen = await Promise.all(looks);
  return {
    generations,
    others,
    storages,
    lists: await readClusterLists(),
    localNode: node,
    running: new Set(seen.filter(({ running }) => running).map(({ vmid }) => vmid)),
    snippets: new Map(seen.map(({ vmid, paths }) => [vmid, paths])),
  };
}

/** In check mode the generation that the stages before would have made whole. */
function withAssumed(
  { vmid, name, generation }: Wanted,
  node: string,
  found: readonly Generation[],
): Generation[] {
  const { number } = generation;
  const existing = found.find(({ record }) => record.vmid === vmid);
  const built = found.some(({ isWhole }) => isWhole) ? generationName(name, number) : name;
  const made: Generation = {
    record: existing?.record ?? assumedRecord({ vmid, name: built }, node),
    number,
    marker: existing?.marker ?? { vmid, generation },
    isWhole: true,
    doubt: undefined,
    isTaken: false,
  };
  return [...found.filter(one => one !== existing), made].sort((a, b) => b.number - a.number);
}
