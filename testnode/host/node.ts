import { join } from 'node:path';
import { writeLayer } from './layer.ts';
import { addressOf, controllerAddress, macOf } from './plan.ts';
import type { ClusterPlan, NodePlan } from './plan.ts';
import { startDaemon } from '../system/processes.ts';
import type { Daemon } from '../system/processes.ts';

const NODE_SCRIPT = join(import.meta.dirname, 'node.sh');

/** Lays out a new node's files and starts it. */
export async function createNode(plan: NodePlan): Promise<Daemon> {
  writeLayer(plan);
  return startNode(plan.cluster, plan.name);
}

/** Starts a node whose files are there: a new one, or one whose power was cut. Resolves when its sshd answers. */
export async function startNode(cluster: ClusterPlan, name: string): Promise<Daemon> {
  const enter = ['nsenter', `--target=${cluster.lan}`, '--mount', '--pid', '--'];
  const unshare = ['unshare', '--net', '--mount', '--uts', '--ipc', '--pid', '--fork', '--kill-child'];
  const address = `${addressOf(cluster, name)}/24`;
  const script = [NODE_SCRIPT, cluster.state, name, String(cluster.lan), macOf(cluster, name), address];
  return startDaemon([...enter, ...unshare, ...script, controllerAddress(cluster.network)], {
    logFile: join(cluster.state, `${name}.log`),
    isPersistent: cluster.isPersistent,
  });
}
