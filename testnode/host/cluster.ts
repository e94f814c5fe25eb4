import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Accelerator } from '../guest/accelerator.ts';
import { provenAccelerator } from '../guest/kvm-probe.ts';
import { bundlePrograms } from '../pve/bundle.ts';
import type { Cluster } from './cluster-handle.ts';
import { writeClusterFiles, writeMembers } from './cluster-files.ts';
import { writeClusterKeys } from './cluster-keys.ts';
import { startDhcp } from './dhcp.ts';
import { hostPackages } from './dpkg-status.ts';
import { inventory, sshConfig } from './inventory.ts';
import { createNode } from './node.ts';
import { DEFAULT_NETWORK, nodeNames, optionsOf } from './options.ts';
import { openCluster, planOf } from './open-cluster.ts';
import type { RunningCluster } from './open-cluster.ts';
import type { ClusterOptions } from './options.ts';
import {
  clusterDirectory,
  controllerAddress,
  diskDirectory,
  serverAddress,
  sharedDirectory,
} from './plan.ts';
import { startDaemon } from '../system/processes.ts';
import { makeSshKey } from './ssh-key.ts';
import type { Daemon } from '../system/processes.ts';
import {
  clearStale,
  clearState,
  createStateDirectory,
  findState,
  identify,
  readNodes,
  removeDirectory,
  saveNodes,
  saveState,
} from './state.ts';
import type { ClusterState } from './state.ts';
import { FRESH_STORAGE_CONFIG } from './storage-config.ts';

const LAN_SCRIPT = join(import.meta.dirname, 'lan.sh');

/** Starts nodes that behave like Proxmox VE hosts; resolves when each answers SSH. Needs root. */
export async function startNodes(options: ClusterOptions = {}): Promise<Cluster> {
  if (process.getuid?.() !== 0)
    throw new Error('cannot start test nodes: they need root, for namespaces and mounts');
  await clearStale();
  const directory = createStateDirectory(options.persistAs);
  try {
    const { state, ended } = await startLan(directory, options);
    return await startInLan(state, ended);
  } catch (error) {
    await removeDirectory(directory);
    throw error;
  }
}

/** The cluster that `persistAs` keeps running under this name, if there is one. */
export function findCluster(name: string): Cluster | undefined {
  const state = findState(name);
  if (state === undefined) return undefined;
  const nodes = new Map(
    readNodes(state.directory).map(([node, pid]) => [node, { pid, ended: alreadyEnded }]),
  );
  const running: RunningCluster = {
    state,
    nodes,
    lanEnded: alreadyEnded,
    onChange: () => rememberNodes(running),
  };
  return openCluster(running);
}

/** What another process started cannot be waited for; killing it waits until it is gone. */
const alreadyEnded = (): Promise<void> => Promise.resolve();

function rememberNodes({ state, nodes }: RunningCluster): void {
  writeMembers(planOf(state), new Set(nodes.keys()));
  saveNodes(
    state.directory,
    [...nodes].map(([name, { pid }]) => [name, pid]),
  );
}

interface StartedLan {
  readonly state: ClusterState;
  readonly ended: Daemon['ended'];
}

async function startLan(directory: string, options: ClusterOptions): Promise<StartedLan> {
  const isPersistent = options.persistAs !== undefined;
  const network = options.network ?? DEFAULT_NETWORK;
  const addresses = [
    `${controllerAddress(network)}/24`,
    `${serverAddress(network)}/24`,
    ...(options.extraAddresses ?? []),
  ];
  mkdirSync(join(directory, 'memory'));
  const { pid, ended } = await startDaemon(
    ['unshare', '--net', '--mount', '--pid', '--fork', '--kill-child', LAN_SCRIPT, directory, ...addresses],
    { logFile: join(directory, 'lan.log'), isPersistent },
  );
  const names = nodeNames(options.nodes ?? 1);
  const owner = isPersistent ? undefined : identify(process.pid);
  const state = { directory, owner, lan: identify(pid), network, names, options };
  saveState(state);
  return { state, ended };
}

async function startInLan(state: ClusterState, lanEnded: Daemon['ended']): Promise<Cluster> {
  try {
    writeShared(state);
    await Promise.all([
      makeKeys(state.directory),
      writeClusterKeys(clusterDirectory(planOf(state)), planOf(state)),
      startDhcp(state.directory, state.lan.pid, state.network),
    ]);
    const nodes = new Map<string, Daemon>();
    const running: RunningCluster = { state, nodes, lanEnded, onChange: () => rememberNodes(running) };
    await createNodes(state, nodes);
    rememberNodes(running);
    return openCluster(running);
  } catch (error) {
    await clearState(state);
    throw error;
  }
}

function writeShared(state: ClusterState): void {
  const plan = planOf(state);
  const access = { ...plan, state: state.directory };
  writeFileSync(join(state.directory, 'inventory.ini'), inventory(access));
  writeFileSync(join(state.directory, 'ssh_config'), sshConfig(access));
  mkdirSync(sharedDirectory(plan));
  for (const name of state.names) mkdirSync(diskDirectory(plan, name));
  const storageConfig = state.options.storageConfig ?? FRESH_STORAGE_CONFIG;
  writeClusterFiles(clusterDirectory(plan), state.names, storageConfig);
}

async function makeKeys(directory: string): Promise<void> {
  await Promise.all(
    ['ssh_key', 'ssh_host_ed25519_key'].map(name => makeSshKey(join(directory, name), 'testnode')),
  );
}

async function createNodes(state: ClusterState, nodes: Map<string, Daemon>): Promise<void> {
  const { names, options } = state;
  const shared = {
    cluster: planOf(state),
    programs: options.programs === 'none' ? undefined : (options.programs ?? (await bundlePrograms())),
    accelerator: await acceleratorOf(state),
    hostPackages: hostPackages(),
    publicKey: readFileSync(join(state.directory, 'ssh_key.pub'), 'utf8'),
  };
  const create = async (name: string): Promise<void> => {
    nodes.set(name, await createNode({ ...shared, name, options: optionsOf(name, options) }));
  };
  await Promise.all(names.map(create));
}

/** Only for nodes that boot guests is it worth to find out. */
async function acceleratorOf({ names, options }: ClusterState): Promise<Accelerator> {
  return names.some(name => optionsOf(name, options).guests === 'boot') ? provenAccelerator() : 'tcg';
}
