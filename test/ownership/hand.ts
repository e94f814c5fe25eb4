import { randomUUID } from 'node:crypto';
import type { Cluster } from '../../testnode/host/cluster-handle.ts';

/** What somebody does on a node who knows nothing of the role: PVE's own programs, and its files. */
export interface Hand {
  /** Runs a program; it must succeed. */
  run(...argv: readonly string[]): Promise<string>;
  qm(...argv: readonly (string | number)[]): Promise<string>;
  config(vmid: number): Promise<string>;
  /** A backup of a VM, which outlives it. */
  backUp(vmid: number): Promise<Backup>;
  /** `qmrestore` under a free number. */
  restore(backup: Backup, vmid: number): Promise<void>;
}

interface Backup {
  readonly vmid: number;
  readonly config: string;
  /** Storage and copy of each disk, by its slot. */
  readonly disks: Readonly<Record<string, { readonly storage: string; readonly copy: string }>>;
}

const CONFIGS = '/etc/pve/qemu-server';
const DISK = /^((?:scsi|virtio|sata|ide)\d+): ([^:,]+):([^,\s]*-disk-[^,\s]*)/gm;
/** What a restored VM has anew, or not at all: `restore_update_config_line` in qemu-server 8.4 and 9.2. */
const NOT_RESTORED =
  /^(?:(?:scsi|virtio|sata|ide|efidisk|tpmstate|unused)\d+|lock|parent|template|vmgenid): /;

export function handOn(cluster: Cluster, node = 'pve01'): Hand {
  const run = async (...argv: readonly string[]): Promise<string> =>
    (await cluster.succeed(node, argv)).trim();
  const qm = (...argv: readonly (string | number)[]): Promise<string> => run('qm', ...argv.map(String));
  const config = (vmid: number): Promise<string> => cluster.readFile(node, `${CONFIGS}/${vmid}.conf`);

  async function backUp(vmid: number): Promise<Backup> {
    const text = await config(vmid);
    const folder = `/root/backup/${randomUUID()}`;
    await run('mkdir', '-p', folder);
    const disks: Record<string, { storage: string; copy: string }> = {};
    for (const [, slot = '', storage = '', volume = ''] of text.split('\n[')[0]!.matchAll(DISK)) {
      const copy = `${folder}/${slot}.qcow2`;
      await run(
        'qemu-img',
        'convert',
        '-O',
        'qcow2',
        await run('pvesm', 'path', `${storage}:${volume}`),
        copy,
      );
      disks[slot] = { storage, copy };
    }
    return { vmid, config: text, disks };
  }

  async function restore({ config: text, disks }: Backup, vmid: number): Promise<void> {
    await qm('create', vmid);
    for (const [slot, { storage, copy }] of Object.entries(disks))
      await qm('set', vmid, `--${slot}`, `${storage}:0,import-from=${copy}`);
    const drives = [...(await config(vmid)).matchAll(/^(?:scsi|virtio|sata|ide)\d+: .*$/gm)].map(
      ([line]) => line,
    );
    const kept = text
      .split('\n[')[0]!
      .split('\n')
      .filter(line => line !== '' && !NOT_RESTORED.test(line));
    const lines = [...kept, ...drives, ...(/^vmgenid: /m.test(text) ? [`vmgenid: ${randomUUID()}`] : [])];
    await cluster.writeFile(node, `${CONFIGS}/${vmid}.conf`, `${lines.join('\n')}\n`);
    if (/^template: 1$/m.test(text)) await qm('template', vmid);
  }

  return { run, qm, config, backUp, restore };
}
