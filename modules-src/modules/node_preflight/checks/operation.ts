import { variableOf } from '../check.ts';

/** What people had other operations for, and where it is here. */
const INSTEAD: readonly (readonly [RegExp, () => string])[] = [
  [
    /net|bridge/,
    () =>
      `devices of the VM are ${variableOf('vm_networks')}, its addresses ${variableOf('vm_cloud_init_ip')}; ` +
      'bridges of the node are not of this role',
  ],
  [
    /storage|disk/,
    () =>
      `disks of the VM are ${variableOf('vm_disks')}, their storage ${variableOf('disk_storage')}; ` +
      'storages of the node are added by `pvesm add`',
  ],
  [/backup|restore|snapshot/, () => 'backups and snapshots are made by `vzdump` and `qm snapshot`'],
  [/delete|destroy|remove|absent/, () => `a VM is removed by ${variableOf('vm_state')}: absent`],
  [
    /start|stop|shutdown/,
    () => `a VM is started and stopped by ${variableOf('vm_state')}: started or stopped`,
  ],
  [/template/, () => `a VM becomes a template by ${variableOf('vm_make_template')}: true`],
  [/clone/, () => `clones are made by ${variableOf('vm_create_clones')}: true`],
];

/** The way out for whoever asks for another operation than the one that there is. */
export function wayFromOperation(operation: string): string {
  const [, instead] = INSTEAD.find(([pattern]) => pattern.test(operation)) ?? [];
  return `remove it${instead === undefined ? '' : `: ${instead()}`}`;
}
