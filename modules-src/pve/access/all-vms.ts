import type { Part } from '../../sdk/cluster.ts';
import { UserError } from '../../sdk/error.ts';
import { READ_VMS, readVms } from '../vms/find.ts';
import type { VmRecord } from '../vms/guest.ts';
import { missingPrivileges } from './held.ts';

export const READ_ALL_VMS = [...READ_VMS, 'readPermissions'] as const;

/** Any VM, as one that is still to be made. */
const AUDIT_ALL = { path: '/vms/any', privilege: 'VM.Audit' };

/** For whom a VM that is overlooked may cost data: the API does not say that it leaves any out. */
export async function readAllVms(cluster: Part<(typeof READ_ALL_VMS)[number]>): Promise<readonly VmRecord[]> {
  const vms = await readVms(cluster);
  const held = await cluster.readPermissions();
  if (held === undefined || missingPrivileges([AUDIT_ALL], held).length === 0) return vms;
  throw new UserError(
    'cannot look at all VMs: whoever asks the API lacks VM.Audit on /vms, and one that is not seen may need what is to change; ' +
      'give it with a role and `pveum acl modify /vms …`, or go by SSH',
  );
}
