import type { Caller } from '../../access/caller.ts';
import type { Parameters } from '../../cli/command.ts';
import { clusterNodes, readClusterFile } from '../../config/cluster.ts';
import { isOnline } from '../../config/members.ts';
import { machineFigures } from './figures.ts';
import { fingerprintOf } from './certificates.ts';

/** Nodes of the cluster; figures only for who may look at the node. */
export function listNodes(_parameters: Parameters, caller: Caller): readonly object[] {
  return clusterNodes().map(node => ({
    id: `node/${node}`,
    node,
    type: 'node',
    status: isOnline(node) ? 'online' : 'offline',
    level: '',
    ...fingerprint(node),
    ...(isOnline(node) && caller.may(`/nodes/${node}`, 'Sys.Audit') ? machineFigures() : {}),
  }));
}

function fingerprint(node: string): object {
  const certificate = readClusterFile(`nodes/${node}/pve-ssl.pem`);
  return certificate === undefined ? {} : { ssl_fingerprint: fingerprintOf(certificate) };
}
