import { chmodSync, chownSync, mkdirSync, renameSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { writeBelow } from '../system/write-file.ts';
import { addressOf, clusterDirectory, type ClusterPlan } from './plan.ts';

const WWW_DATA = 33;
/** New files take the directory's group, as everything in the cluster file system belongs to it. */
const DIRECTORY_MODE = 0o2755;
const NODE_DIRECTORIES = ['qemu-server', 'lxc', 'openvz', 'priv'];

/** Writes /etc/pve as the nodes share it, with the owner and modes of the cluster file system. */
export function writeClusterFiles(directory: string, names: readonly string[], storageConfig: string): void {
  makeDirectory(directory);
  makeDirectory(join(directory, 'nodes'));
  for (const name of names) {
    makeDirectory(join(directory, 'nodes', name));
    for (const part of NODE_DIRECTORIES) makeDirectory(join(directory, 'nodes', name, part));
  }
  for (const path of ['firewall', 'ha', 'priv', 'priv/lock']) makeDirectory(join(directory, path));
  writeBelow(directory, 'storage.cfg', storageConfig, 0o640);
  chownSync(join(directory, 'storage.cfg'), 0, WWW_DATA);
  linkLocal(directory);
}

/**
 * Writes /etc/pve/.members as the cluster file system has it: which nodes are up. The file says no name of its node, because
 * all share it, and always a quorum: /etc/pve can be written here whoever is up.
 */
export function writeMembers(plan: ClusterPlan, online: ReadonlySet<string>): void {
  if (plan.names.length === 1) return;
  const nodelist = Object.fromEntries(
    plan.names.map((name, index) => [
      name,
      { id: index + 1, online: online.has(name) ? 1 : 0, ip: addressOf(plan, name) },
    ]),
  );
  const version = plan.names.length;
  const cluster = { name: 'testnode', version, nodes: version, quorate: 1 };
  const directory = clusterDirectory(plan);
  writeBelow(directory, '.members.new', JSON.stringify({ version, cluster, nodelist }), 0o440);
  renameSync(join(directory, '.members.new'), join(directory, '.members'));
}

/** /etc/pve is one directory for all nodes here; what differs per node leads over the node's own /run. */
function linkLocal(directory: string): void {
  symlinkSync('/run/testnode/local', join(directory, 'local'));
  for (const name of ['qemu-server', 'lxc', 'openvz']) {
    symlinkSync(`/run/testnode/local/${name}`, join(directory, name));
  }
}

function makeDirectory(path: string): void {
  mkdirSync(path);
  chownSync(path, 0, WWW_DATA);
  chmodSync(path, DIRECTORY_MODE);
}
