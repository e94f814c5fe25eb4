import { isOwnDrive } from '../../pve/text/cloud-init-volumes.ts';
import type { VmRecord } from '../../pve/vms/guest.ts';
import { isShared, isUsable, type Storage } from '../../pve/text/storage-config.ts';
import { driveKeys, isCdrom, isCloudInitDrive } from '../../pve/text/vm-config.ts';
import { driveVolume } from '../../pve/text/volume-id.ts';
import { UserError } from '../../sdk/error.ts';
import { optionName, wayOut } from '../../sdk/option-name.ts';
import type { Clone } from './wanted.ts';

/** How `qm clone` makes a clone where it shall be. */
export interface Placement {
  readonly full: boolean;
  /** Storage of a full copy, undefined for the template's. */
  readonly storage: string | undefined;
  /** Node that gets it, undefined for the template's own. */
  readonly target: string | undefined;
}

/**
 * A clone for another node stands on disks that both nodes see; where they do not, it becomes a full copy on a storage
 * that they do. A cloud-init drive stays on its storage: `qm clone --storage` moves disks alone, and refuses a VM whose
 * drive the other node does not see (PVE::API2::Qemu, check_storage_access_clone).
 */
export function placementOf(clone: Clone, template: VmRecord, storages: readonly Storage[]): Placement {
  const { node: target = template.node, full, storage } = clone;
  if (target === template.node) return { full, storage: full ? storage : undefined, target: undefined };
  const isLocal = (id: string): boolean => !isSharedWith(storages, id, target);
  const drives = storagesOf(template, drive => isCloudInitDrive(drive) || isOurs(drive)).filter(isLocal);
  if (drives.length > 0) throw driveError(clone, template, target, drives);
  const local = storagesOf(template, drive => !isCdrom(drive)).filter(isLocal);
  if (local.length === 0 && (!full || storage === undefined)) return { full, storage: undefined, target };
  const shared = storages.filter(
    ({ id, content }) => content.includes('images') && isSharedWith(storages, id, target),
  );
  const chosen = storage === undefined ? shared[0] : shared.find(({ id }) => id === storage);
  if (chosen !== undefined) return { full: true, storage: chosen.id, target };
  throw elsewhereError(clone, template, target, { local, shared, storage });
}

const isOurs = (drive: string): boolean => isOwnDrive(drive.split(',', 1)[0] ?? '');

const storagesOf = ({ config }: VmRecord, isMeant: (drive: string) => boolean): string[] => [
  ...new Set(
    driveKeys(config)
      .map(key => config.get(key) ?? '')
      .filter(isMeant)
      .flatMap(drive => driveVolume(drive)?.storage ?? []),
  ),
];

const isSharedWith = (storages: readonly Storage[], id: string, node: string): boolean =>
  storages.some(storage => storage.id === id && isShared(storage) && isUsable(storage, node));

const driveError = (
  { name }: Clone,
  template: VmRecord,
  target: string,
  drives: readonly string[],
): UserError =>
  new UserError(
    `cannot make clone ${name} on node ${target}: the cloud-init drive of its template ${template.vmid} is on ${drives.join(', ')}, which ${target} does not share; make a template of the same name on ${target}, or ${wayOut({ inRole: `one with its ${optionName('disk_storage')}`, alone: 'one whose drives are' })} on storage that both share, or leave out its node`,
  );

function elsewhereError(
  { name }: Clone,
  template: VmRecord,
  target: string,
  {
    local,
    shared,
    storage,
  }: { local: readonly string[]; shared: readonly Storage[]; storage: string | undefined },
): UserError {
  const why =
    storage === undefined
      ? `its template ${template.vmid} is on ${template.node} and stands on ${local.join(', ')}, which ${target} does not share`
      : `${storage} holds no disk images that ${template.node} and ${target} share`;
  const ways = [
    `make a template of the same name on ${target}`,
    ...(shared.length > 0 ? [`set storage to ${shared.map(({ id }) => id).join(' or ')}`] : []),
    'leave out its node',
  ];
  return new UserError(`cannot make clone ${name} on node ${target}: ${why}; ${ways.join(', or ')}`);
}
