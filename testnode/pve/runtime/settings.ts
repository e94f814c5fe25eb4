import { statSync } from 'node:fs';
import { readIfThere } from './read-if-there.ts';

const SETTINGS_FILE = '/etc/testnode/settings.json';

/** What a test chooses for one node, in /etc/testnode/settings.json. */
export interface NodeSettings {
  /** `9` behaves as 9.2, `8` as 8.4, `8.2.6` as 8.4 with the import message that was used before 8.2.7. */
  readonly version: '9' | '8' | '8.2.6';
  /** Seconds of processor time that each `pvesm` and `pvesh` call burns before it starts, and that `qm` burns in loading its Perl module. */
  readonly callCost: number;
  /** Whether `qm start` boots QEMU or starts a process that only looks like a VM. */
  readonly guests: 'boot' | 'pretend';
  /** Pretended guests count on their data disks, and their agents answer on their sockets (guests/working-guest.ts). */
  readonly guestsCount: boolean;
  /** File with the faults that this node shows on demand. */
  readonly faultsFile: string;
  /** Upper limit of image copies in MiB per second; 0 is as fast as the disk. */
  readonly copyRate: number;
  /** Seconds that a client waits for each 401, as a real node lets it. */
  readonly unauthorizedDelay: number;
  /** Processor time of REST calls as a multiple of what the real daemons take; 0 is as fast as the test node is. */
  readonly restCost: number;
  /** How often, 0 to 1, pvedaemon loses a worker that starts while others run; a real node: 0.005 to 0.01. */
  readonly lostWorkers: number;
  /** QEMU locks the images of running guests: Debian's does, PVE's does not. */
  readonly imageLocks: boolean;
  /** Version of the QEMU that is installed: new VMs note it, Windows machines are fixed to it. */
  readonly qemu: string;
  /** Processors of the node: the limit for those of a VM; 0 is no limit. */
  readonly cpus: number;
  /** Certificates of Microsoft in the firmware's template of enrolled keys; PVE notes `ms-cert` for those of 2023. */
  readonly firmwareKeys: '2011' | '2023';
}

const DEFAULTS: NodeSettings = {
  version: '9',
  callCost: 0,
  guests: 'pretend',
  guestsCount: false,
  faultsFile: '/etc/testnode/faults.json',
  copyRate: 0,
  unauthorizedDelay: 3,
  restCost: 0,
  lostWorkers: 0,
  imageLocks: false,
  qemu: '10.0.2',
  cpus: 0,
  firmwareKeys: '2023',
};

let known: { readonly changed: number; readonly settings: NodeSettings } | undefined;

/** The settings of this node as they are now; a missing file means the defaults. */
export function nodeSettings(): NodeSettings {
  const changed = statSync(SETTINGS_FILE, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  if (known?.changed !== changed) known = { changed, settings: { ...DEFAULTS, ...readSettings() } };
  return known.settings;
}

/** True on a node that behaves as PVE 9. */
export function isVersion9(): boolean {
  return nodeSettings().version === '9';
}

function readSettings(): Partial<NodeSettings> {
  // The file is ours: the test that wrote it is the place to find a mistake in it.
  return JSON.parse(readIfThere(SETTINGS_FILE)?.toString() ?? '{}') as Partial<NodeSettings>;
}
