import type { VmConfig } from '../text/vm-config.ts';

/** A guest of the cluster, by where its configuration file lies. */
export interface GuestEntry {
  readonly vmid: number;
  readonly node: string;
  readonly kind: 'qemu' | 'lxc';
}

export interface VmRecord extends GuestEntry {
  readonly config: VmConfig;
  /** Name for which a run of ours began to make it, where the stub of that is all that is left. */
  readonly begunAs?: string;
}
