import { randomUUID } from 'node:crypto';
import { isAbandoned } from '../../pve/vms/begun.ts';
import { assumedRecord, type FoundVm, type Identity } from '../../pve/vms/ownership.ts';
import type { Circumstances } from '../../sdk/define-module.ts';
import { isRunning, localNode, readVm } from './files.ts';

/** Looks at the VM a task is about; in check mode one that is missing is taken as made by an earlier stage. */
export async function findVm(identity: Identity, { checkMode }: Circumstances): Promise<FoundVm> {
  const node = localNode();
  const newId = randomUUID();
  const record = await readVm(identity.vmid);
  if (checkMode && (record === undefined || isAbandoned(identity, record))) {
    return { record: assumedRecord(identity, node), localNode: node, running: false, assumed: true, newId };
  }
  const running = record !== undefined && record.node === node && (await isRunning(identity.vmid));
  return { record, localNode: node, running, assumed: false, newId };
}
