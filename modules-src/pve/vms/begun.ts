import { qm, type QmProperties, type Step } from '../../sdk/step.ts';
import type { VmRecord } from './guest.ts';
import type { Identity } from './ownership.ts';
import type { VmConfig } from '../text/vm-config.ts';

/** Bus and slot of everything that may be a volume. */
const DRIVE = /^(?:scsi|virtio|sata|ide|efidisk|tpmstate|unused)\d+$/;

/** Whether a creation with those options makes no volume: dying, it leaves a configuration with a lock and nothing else. */
export const makesNoVolume = (properties: QmProperties): boolean =>
  !Object.keys(properties).some(key => DRIVE.test(key));

/** What `qm create` writes first: only its lock. */
export const isStub = (config: VmConfig): boolean => config.size === 1 && config.get('lock') === 'create';

/** Seconds that `qm create` may take to write its stub; later ones are somebody else's. */
const SOON = 60;

/** Whether a stub was written when our `qm create` had just begun; both in milliseconds of the node's clock. */
export const isFromThen = (begun: number, written: number): boolean =>
  // The cluster file system knows whole seconds only.
  written >= begun - 1000 && written <= begun + SOON * 1000;

/** Whether a command line is that of a task or program that works on the VM; doubtful ones are. */
export const worksOn = (vmid: number, commandLine: string): boolean =>
  new RegExp(`(?:^|[\\0\\s:/-])${vmid}(?:[\\0\\s:/.-]|$)`).test(commandLine);

/** Whether all that is there is what a creation of ours for this VM has left. */
export const isAbandoned = ({ name }: Identity, record: VmRecord | undefined): boolean =>
  record?.begunAs === name;

/** Such a stub has no volume, and none is looked for. One call: between two, another lock could come. */
export const removeStubStep = ({ vmid, name }: Identity): Step => ({
  summary: `remove the lock that an earlier creation of VM ${vmid} (${name}) has left`,
  action: qm('destroy', vmid, { skiplock: true }),
  changes: [{ key: 'lock', before: 'create', after: undefined }],
});
