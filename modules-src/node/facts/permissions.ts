import type { Readings } from '../../sdk/cluster.ts';

/** Root on the node may everything. */
export const readPermissions: Readings['readPermissions'] = () => Promise.resolve(undefined);

export const listRoles: Readings['listRoles'] = () => Promise.resolve([]);
