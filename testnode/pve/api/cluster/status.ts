import { readFileSync } from 'node:fs';
import { clusterNodes, localNode } from '../../config/cluster.ts';
import { isOnline } from '../../config/members.ts';
import { hasNoQuorum } from '../../runtime/faults.ts';

const NAME = 'testnode';

/** The nodes; those of a cluster are numbered, and the cluster comes with its quorum. */
export function clusterStatus(): readonly object[] {
  const nodes = clusterNodes();
  const isCluster = nodes.length > 1;
  const members = nodes.map((name, index) => ({
    id: `node/${name}`,
    type: 'node',
    name,
    nodeid: isCluster ? index + 1 : 0,
    ip: addressOf(name),
    level: '',
    online: isOnline(name) ? 1 : 0,
    local: name === localNode() ? 1 : 0,
  }));
  const cluster = {
    id: 'cluster',
    type: 'cluster',
    name: NAME,
    nodes: nodes.length,
    quorate: hasNoQuorum() ? 0 : 1,
    version: nodes.length,
  };
  return isCluster ? [cluster, ...members] : members;
}

function addressOf(node: string): string {
  const line = readFileSync('/etc/hosts', 'utf8')
    .split('\n')
    .find(entry => entry.split(/\s+/).slice(1).includes(node));
  return line?.split(/\s+/)[0] ?? '127.0.0.1';
}
