import { chownSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { writeBelow } from './write-file.ts';

const WWW_DATA = 33;
const NODE_DIRECTORIES = ['qemu-server', 'lxc', 'openvz', 'priv'];

/** Writes /etc/pve as the nodes share it, with the owner and modes of the cluster file system. */
export function writeClusterFiles(directory: string, names: readonly string[], storageConfig: string): void {
  for (const name of names) {
    for (const part of NODE_DIRECTORIES) mkdirSync(join(directory, 'nodes', name, part), { recursive: true });
  }
  mkdirSync(join(directory, 'priv/lock'), { recursive: true });
  writeBelow(directory, 'storage.cfg', storageConfig, 0o640);
  chownSync(join(directory, 'storage.cfg'), 0, WWW_DATA);
  // /etc/pve is one directory for all nodes here; what differs per node leads over the node's own /run.
  symlinkSync('/run/testnode/local', join(directory, 'local'));
  for (const name of ['qemu-server', 'lxc', 'openvz']) {
    symlinkSync(`/run/testnode/local/${name}`, join(directory, name));
  }
}
