/** Names of the pools that /etc/pve/user.cfg has. */
export const poolNamesIn = (userConfig: string): readonly string[] =>
  [...userConfig.matchAll(/^pool:([^:\n]+):/gm)].map(([, pool = '']) => pool);

/**
 * Pools of guests by their VMIDs, as /etc/pve/user.cfg has them: `pool:<name>:<comment>:<vmids>:<storages>:`
 * (PVE::AccessControl of pve-access-control 8.2 and 9.0).
 */
export const poolsIn = (userConfig: string): ReadonlyMap<number, string> =>
  new Map(
    [...userConfig.matchAll(/^pool:([^:\n]+):[^:\n]*:([^:\n]*):/gm)].flatMap(([, pool = '', vmids = '']) =>
      vmids
        .split(/[,;\s]+/)
        .filter(vmid => /^\d+$/.test(vmid))
        .map(vmid => [Number(vmid), pool] as const),
    ),
  );
