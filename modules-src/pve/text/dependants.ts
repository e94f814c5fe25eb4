/** Files of /etc/pve in which guests are named by their numbers; undefined where there is no such file. */
export interface ClusterLists {
  /** ha/resources.cfg: `vm: 100` */
  readonly ha: string | undefined;
  /** replication.cfg: `local: 100-0` */
  readonly replication: string | undefined;
  /** jobs.cfg: `vmid 100,101` in a backup job */
  readonly jobs: string | undefined;
}

/** What of the cluster names a VM by its number, and would lose it with `qm destroy --purge` (PVE 8.4 and 9.2). */
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
