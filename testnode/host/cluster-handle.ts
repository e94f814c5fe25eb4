import type { LoggedCommand } from '../pve/runtime/command-log.ts';
import type { Lease } from './dhcp.ts';
import type { Finished, RunOptions } from '../system/processes.ts';

/** Test nodes that run together, and the controller's place in their network. */
export interface Cluster {
  /** Directory with the cluster's files; gone after `down`. */
  readonly directory: string;
  /** Names of the nodes: pve01, pve02, … */
  readonly names: readonly string[];
  /** Ansible inventory with the nodes alone. */
  readonly inventoryFile: string;
  /** Configuration for `ssh -F`. */
  readonly sshConfigFile: string;
  /** Private key that root on every node accepts; its public half is beside it with the ending `.pub`. */
  readonly sshKeyFile: string;
  /** First three numbers of the /24 network; the controller is .1, the image server .2. */
  readonly network: string;
  address(node: string): string;
  /** Runs a program in a node, with a node's own environment, whatever its exit code. */
  exec(node: string, argv: readonly string[], options?: RunOptions): Promise<Finished>;
  /** The same of a program that must end well: what it prints; a failure is an error with what it said. */
  succeed(node: string, argv: readonly string[], options?: RunOptions): Promise<string>;
  /** Runs a program as the controller: on the host's files, in the nodes' network, with `env` added to a clean environment. */
  controllerExec(argv: readonly string[], options?: RunOptions): Promise<Finished>;
  /** What goes before a program's argv to run it in a node, for who starts it in another way than `exec`. */
  enter(node: string): readonly string[];
  /** The same for the controller's place in the network. */
  enterController(): readonly string[];
  readFile(node: string, path: string): Promise<string>;
  /** Where this machine finds a file of a running node. Links on the way are not followed as the node does. */
  pathOf(node: string, path: string): string;
  /** Replaces a file in a node; its directory must exist. */
  writeFile(node: string, path: string, content: string | Uint8Array): Promise<void>;
  /** Every call of a PVE program on a node so far. */
  commands(node: string): Promise<readonly LoggedCommand[]>;
  /** Addresses that guests got by DHCP. */
  leases(): readonly Lease[];
  /** Cuts a node's power: every process in it is gone at once, its disks stay. */
  kill(node: string): Promise<void>;
  /** Cuts a node's power if it is on, and starts it. */
  restart(node: string): Promise<void>;
  /** Ends everything and removes every trace. */
  down(): Promise<void>;
}
