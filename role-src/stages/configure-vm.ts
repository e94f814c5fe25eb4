import cloudinitApply from '../../modules-src/modules/cloudinit_apply/module.ts';
import qmImportDisk from '../../modules-src/modules/qm_import_disk/module.ts';
import vmConfigure from '../../modules-src/modules/vm_configure/module.ts';
import vmPower from '../../modules-src/modules/vm_power/module.ts';
import { firstBootOptions } from '../../modules-src/pve/cloud-init/first-boot-options.ts';
import { cloudInitOptions } from '../../modules-src/pve/cloud-init/options.ts';
import { driveOptions } from '../../modules-src/pve/settings/disk-options.ts';
import { applyOptions } from '../../modules-src/pve/settings/options.ts';
import { isGiven, isKept, isOn, own, sameNames, use } from '../expression.ts';
import { call, defineStage } from '../stage.ts';
import { identity, retry, snippetArguments, vmArguments } from '../vm-arguments.ts';

/** What this run has made was created with all its settings. */
const WAS_THERE = 'not proxmox_role_is_made | bool';

export default defineStage({
  name: 'configure-vm',
  purpose: 'Bring hardware, disk and cloud-init to what is wanted, then start the VM.',
  tags: ['vm', 'configure'],
  wantedWhen: isKept,
  tasks: [
    {
      name: 'Set what differs',
      ...call(vmConfigure, {
        ...vmArguments,
        assumed: own('proxmox_role_assumed'),
        ...sameNames('proxmox_vm_', applyOptions),
      }),
      when: WAS_THERE,
      register: 'proxmox_role_settings',
      notify: 'Tell which settings wait for a restart',
    },
    {
      name: 'Import the image as disk',
      ...call(qmImportDisk, {
        ...identity,
        image: own('proxmox_role_image_url'),
        cache_dir: use('proxmox_cloud_image_cache_dir'),
        checksum: use('proxmox_vm_cloud_image_checksum'),
        storage: use('proxmox_disk_storage'),
        disk: use('proxmox_vm_image_disk'),
        disks: use('proxmox_vm_disks'),
        format: use('proxmox_vm_import_disk_format'),
        size_increase: use('proxmox_vm_import_disk_size_increase'),
        size: use('proxmox_vm_disk_size'),
        ...sameNames('proxmox_disk_', driveOptions),
        boot_order: use('proxmox_vm_boot_order'),
        cloud_init_drive: own('proxmox_role_has_cloud_init'),
        ...retry,
      }),
      when: isGiven('proxmox_role_image_url'),
      register: 'proxmox_role_disk',
    },
    {
      name: 'Apply the cloud-init settings',
      ...call(cloudinitApply, {
        ...identity,
        storage: use('proxmox_disk_storage'),
        hostname: use('proxmox_vm_name'),
        agent: use('proxmox_vm_agent'),
        extra_config: use('proxmox_vm_extra_config'),
        ...sameNames('proxmox_vm_cloud_init_', cloudInitOptions),
        ...snippetArguments,
        ssh_keys: own('proxmox_role_ssh_keys'),
        ssh_keys_file: own('proxmox_role_keys_file'),
        ...retry,
      }),
      when: ['proxmox_role_has_cloud_init | bool', WAS_THERE],
      register: 'proxmox_role_cloud_init',
    },
    {
      name: 'Start or stop the VM',
      ...call(vmPower, {
        ...identity,
        state: own('proxmox_role_power_state'),
        ...sameNames('proxmox_vm_', firstBootOptions),
        timeout: use('proxmox_vm_shutdown_timeout'),
        ...retry,
      }),
      when: [
        `(proxmox_vm_state != 'present' or ${isOn('proxmox_vm_start_after_create')})`,
        `not ${isOn('proxmox_vm_make_template')}`,
        `not ${isOn('proxmox_vm_create_clones')}`,
      ],
      register: 'proxmox_role_power',
    },
  ],
});
