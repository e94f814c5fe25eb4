import { problem, type Check } from '../check.ts';

/** Options that the role sets by itself, and the variable that does, where there is one. */
const OWNED: ReadonlyMap<string, string> = new Map([
  ['name', 'proxmox_vm_name'],
  ['description', 'proxmox_vm_description'],
  ['pool', 'proxmox_vm_pool'],
  ['cipassword', 'proxmox_vm_cloud_init_password'],
  ['sshkeys', 'proxmox_vm_cloud_init_ssh_keys'],
  ['template', 'proxmox_vm_make_template'],
  ...['vmid', 'lock', 'delete', 'revert', 'digest', 'force', 'skiplock', 'archive', 'storage', 'unique'].map(
    (option): [string, string] => [option, ''],
  ),
]);

/** What would undo the role's own work, or reach `qm` as something else than an option and its value. */
export const checkExtraConfig: Check = ({ vm_extra_config: extra = {} }) =>
  Object.entries(extra).flatMap(([option, value]) => {
    const owner = OWNED.get(option);
    const subject = `vm_extra_config.${option}` as const;
    if (owner !== undefined) {
      const fix = owner === '' ? 'remove it' : `set ${owner} instead`;
      return [problem('PVE-VM-020', subject, 'is an option that belongs to the role', fix)];
    }
    const isOption = /^[a-z][a-z0-9-]*$/.test(option);
    if (isOption && !/[\n\r\0]/.test(String(value))) return [];
    return [
      problem(
        'PVE-VM-020',
        subject,
        isOption ? 'has a value of more than one line' : 'is not the name of an option of qm',
        'see `man qm` for its options',
      ),
    ];
  });
