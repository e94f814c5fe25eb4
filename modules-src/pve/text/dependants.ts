import type { ClusterLists } from '../../sdk/readings.ts';

/** What of the cluster names a VM by its VMID, and would lose it with `qm destroy --purge` (PVE 8.4 and 9.2). */
export function dependantsOf(vmid: number, { ha, replication, jobs }: ClusterLists): readonly string[] {
  const isBackedUp = [...(jobs ?? '').matchAll(/^\s+vmid\s+(.*)$/gm)].some(([, list = '']) =>
    list.split(/[\s,;]+/).includes(String(vmid)),
  );
  return [
    ...(new RegExp(`^vm:\\s*${vmid}\\s*$`, 'm').test(ha ?? '') ? ['HA'] : []),
    ...(new RegExp(`^local:\\s*${vmid}-\\d+\\s*$`, 'm').test(replication ?? '') ? ['replication'] : []),
    ...(isBackedUp ? ['a backup job'] : []),
  ];
}
