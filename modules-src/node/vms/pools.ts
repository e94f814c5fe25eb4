import { poolNamesIn, poolsIn } from '../../pve/vms/pools.ts';
import type { Readings } from '../../sdk/cluster.ts';
import { readText } from '../../system/files.ts';

const userConfig = async (): Promise<string> => (await readText('/etc/pve/user.cfg')) ?? '';

export const readPools: Readings['readPools'] = async () => poolsIn(await userConfig());

export const listPools: Readings['listPools'] = async () => poolNamesIn(await userConfig());
