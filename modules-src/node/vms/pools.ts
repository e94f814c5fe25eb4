import { poolsIn } from '../../pve/vms/pools.ts';
import type { Readings } from '../../sdk/cluster.ts';
import { readText } from '../../system/files.ts';

export const readPools: Readings['readPools'] = async () =>
  poolsIn((await readText('/etc/pve/user.cfg')) ?? '');
