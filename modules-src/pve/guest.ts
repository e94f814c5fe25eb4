import type { VmConfig } from './vm-config.ts';

/** A guest of the cluster, by where its configuration file lies. */
export interface GuestEntry {
  readonly vmid: number;
  readonly node: string;
  readonly kind: 'qemu' | 'lxc';
}

export interface VmRecord extends GuestEntry {
  readonly config: VmConfig;
}
