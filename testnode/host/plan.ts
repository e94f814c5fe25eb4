import { join } from 'node:path';
import type { Accelerator } from '../guest/accelerator.ts';
import type { NodeOptions } from './options.ts';

/** What all nodes of a cluster share while it is being set up. */
export interface ClusterPlan {
  /** Directory of the cluster on the host's disk. */
  readonly state: string;
  /** Process that holds the cluster's network and memory file system. */
  readonly lan: number;
  /** First three numbers of the network. */
  readonly network: string;
  readonly isPersistent: boolean;
  readonly names: readonly string[];
}

/** Everything needed to lay out one node's files. */
export interface NodePlan {
  readonly cluster: ClusterPlan;
  readonly name: string;
  readonly options: NodeOptions;
  /** Where the bundled PVE programs are; nothing for a node without them. */
  readonly programs: string | undefined;
  /** How QEMU runs guests on this machine. */
  readonly accelerator: Accelerator;
  /** The host's package database, without Node.js. */
  readonly hostPackages: string;
  readonly publicKey: string;
}

/** The cluster's memory file system: mounted in the cluster's own namespace, so the host reaches it through /proc. */
function memoryDirectory({ lan, state }: ClusterPlan): string {
  return `/proc/${lan}/root${join(state, 'memory')}`;
}

/** A directory of the plan as the programs in the cluster's namespace see it. */
export function asSeenInside({ lan }: ClusterPlan, path: string): string {
  const prefix = `/proc/${lan}/root`;
  return path.startsWith(prefix) ? path.slice(prefix.length) : path;
}

/** Directory in memory with the parts of one node's file system. */
export function ownDirectory(cluster: ClusterPlan, name: string): string {
  return join(memoryDirectory(cluster), name);
}

/** What all nodes see as /etc/pve. */
export function clusterDirectory(cluster: ClusterPlan): string {
  return join(memoryDirectory(cluster), 'pve');
}

/** Directory on the disk for what grows on one node: images and volumes. */
export function diskDirectory(cluster: ClusterPlan, name: string): string {
  return join(cluster.state, name);
}

/** Directory on the disk that all nodes see as /mnt/pve. */
export function sharedDirectory(cluster: ClusterPlan): string {
  return join(cluster.state, 'shared');
}

const FIRST_NODE = 11;

/** Address of a node; .1 is the controller, .2 the image server. */
export function addressOf(cluster: Pick<ClusterPlan, 'network' | 'names'>, name: string): string {
  return `${cluster.network}.${FIRST_NODE + cluster.names.indexOf(name)}`;
}

/** Fixed, so that neighbours still know a node that starts again. */
export function macOf(cluster: ClusterPlan, name: string): string {
  return `02:54:4e:00:00:${cluster.names.indexOf(name).toString(16).padStart(2, '0')}`;
}

export function controllerAddress(network: string): string {
  return `${network}.1`;
}

export function serverAddress(network: string): string {
  return `${network}.2`;
}
