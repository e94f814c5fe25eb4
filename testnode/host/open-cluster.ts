import { join } from 'node:path';
import type { Cluster } from './cluster-handle.ts';
import { readCommands } from './command-log.ts';
import { readLeases } from './dhcp.ts';
import { startNode } from './node.ts';
import { addressOf } from './plan.ts';
import type { ClusterPlan } from './plan.ts';
import { CLEAN_ENVIRONMENT, killAndWait, run } from '../system/processes.ts';
import type { Daemon, RunOptions } from '../system/processes.ts';
import { clearState } from './state.ts';
import type { ClusterState } from './state.ts';

/** A cluster's running parts, as this process sees them. */
export interface RunningCluster {
  readonly state: ClusterState;
  /** Process 1 of each node; a node without power has none. */
  readonly nodes: Map<string, Daemon>;
  /** Called when a node has another process 1. */
  readonly onChange: () => void;
  readonly lanEnded: Daemon['ended'];
}

/** The interface to a running cluster. */
export function openCluster(running: RunningCluster): Cluster {
  const { state, nodes } = running;
  const exec = (node: string, argv: readonly string[], options: RunOptions = {}) =>
    run([...enterNode(running, node), ...argv], {
      ...options,
      env: { ...CLEAN_ENVIRONMENT, ...options.env },
    });
  const succeed = async (node: string, argv: readonly string[], options?: RunOptions): Promise<string> => {
    const { rc, stdout, stderr } = await exec(node, argv, options);
    if (rc !== 0) throw new Error(`${argv.join(' ')} on ${node}: ${stderr.trim()}${stdout}`);
    return stdout;
  };
  return {
    directory: state.directory,
    names: state.names,
    network: state.network,
    inventoryFile: join(state.directory, 'inventory.ini'),
    sshConfigFile: join(state.directory, 'ssh_config'),
    sshKeyFile: join(state.directory, 'ssh_key'),
    address: node => addressOf(state, node),
    exec,
    succeed,
    controllerExec: (argv, options = {}) =>
      run([...enterLan(state), ...argv], { ...options, env: { ...CLEAN_ENVIRONMENT, ...options.env } }),
    enter: node => enterNode(running, node),
    enterController: () => enterLan(state),
    readFile: (node, path) => succeed(node, ['cat', '--', path]),
    pathOf: (node, path) => `/proc/${pidOf(running, node)}/root${path}`,
    writeFile: async (node, path, content) => {
      await succeed(node, ['dd', `of=${path}`, 'status=none'], { stdin: content });
    },
    commands: node => readCommands(path => exec(node, ['cat', '--', path])),
    leases: () => readLeases(state.directory),
    kill: node => killNode(running, node),
    restart: node => restartNode(running, node),
    down: async () => {
      await clearState(state);
      await Promise.all([running.lanEnded(), ...[...nodes.values()].map(({ ended }) => ended())]);
    },
  };
}

/** What goes before a program's argv to run it as the controller. */
function enterLan({ lan }: Pick<ClusterState, 'lan'>): readonly string[] {
  // With the caller the program dies, and with the cluster everything that the program left running.
  return ['nsenter', `--target=${lan.pid}`, '--net', '--pid', '--', 'setpriv', '--pdeathsig', 'KILL', '--'];
}

/** What goes before a program's argv to run it in a node. */
function enterNode(running: RunningCluster, node: string): readonly string[] {
  const namespaces = ['--mount', '--uts', '--ipc', '--net', '--pid', '--root', '--wd'];
  return [
    'nsenter',
    `--target=${pidOf(running, node)}`,
    ...namespaces,
    '--',
    'setpriv',
    '--pdeathsig',
    'KILL',
    '--',
  ];
}

function pidOf({ nodes }: RunningCluster, node: string): number {
  const pid = nodes.get(node)?.pid;
  if (pid === undefined) throw new Error(`node ${node} is not running`);
  return pid;
}

/** The plan of a cluster that runs. */
export function planOf(state: ClusterState): ClusterPlan {
  return {
    state: state.directory,
    lan: state.lan.pid,
    network: state.network,
    names: state.names,
    isPersistent: state.owner === undefined,
  };
}

async function killNode({ nodes, onChange }: RunningCluster, node: string): Promise<void> {
  const daemon = nodes.get(node);
  if (daemon === undefined) return;
  nodes.delete(node);
  await killAndWait(daemon.pid);
  await daemon.ended();
  onChange();
}

async function restartNode(running: RunningCluster, node: string): Promise<void> {
  await killNode(running, node);
  running.nodes.set(node, await startNode(planOf(running.state), node));
  running.onChange();
}
