import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import type { Cluster } from '../host/cluster-handle.ts';

/** What a cluster could leave in the host's own namespaces. */
export function hostTraces(): unknown {
  return {
    mounts: readFileSync('/proc/self/mounts', 'utf8'),
    interfaces: readdirSync('/sys/class/net').sort(),
  };
}

/** The namespaces of the controller, or of a node, by the names that the kernel gives them. */
export async function ownNamespaces(cluster: Cluster, where: string): Promise<readonly string[]> {
  const argv = ['readlink', '/proc/self/ns/net', '/proc/self/ns/pid'];
  const { stdout } = await (where === 'controller'
    ? cluster.controllerExec(argv)
    : cluster.exec(where, argv));
  return stdout.trim().split('\n');
}

/** Processes of the host that live in one of these namespaces. */
export function processesIn(namespaces: readonly string[]): readonly string[] {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .filter(pid => ['net', 'pid'].some(kind => namespaces.includes(namespaceOf(pid, kind))));
}

function namespaceOf(pid: string, kind: string): string {
  try {
    return readlinkSync(`/proc/${pid}/ns/${kind}`);
  } catch {
    return 'ended';
  }
}
