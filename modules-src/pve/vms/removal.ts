import { qm, type Step } from '../../sdk/step.ts';
import { declaredValues, type VmConfig } from '../text/vm-config.ts';

export const isProtected = (config: VmConfig): boolean =>
  config.get('protection') === '1' || declaredValues(config).get('protection') === '1';

/**
 * PVE removes the volumes in the configuration that bear the VM's number and leaves all others. Volumes that nothing
 * refers to are not looked for: on storage that two clusters use, they may be those of the other one's VM.
 */
export const destroyStep = (vmid: number, label: string): Step => ({
  summary: `remove ${label} and its disks`,
  action: qm('destroy', vmid, { purge: true }),
  changes: [{ key: 'state', before: 'present', after: undefined }],
});
