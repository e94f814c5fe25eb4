import vmCreate from '../../modules-src/modules/vm_create/module.ts';
import vmRemove from '../../modules-src/modules/vm_remove/module.ts';
import { isKept, own, use } from '../expression.ts';
import { call, defineStage } from '../stage.ts';
import { cloudInitArguments, identity, operation, vmArguments } from '../vm-arguments.ts';

export default defineStage({
  name: 'create-vm',
  purpose: 'Create the VM with all its hardware.',
  tags: ['vm', 'create'],
  tasks: [
    {
      name: 'Create the VM',
      ...call(vmCreate, {
        ...vmArguments,
        generation: own('proxmox_role_generation_mark'),
        cloud_init_enabled: own('proxmox_role_has_cloud_init'),
        ...cloudInitArguments,
      }),
      // What preflight has seen needs no module to say so; a new generation is chosen only after it.
      when: [isKept, 'proxmox_role_rotates | bool or not proxmox_role_exists | bool'],
      register: 'proxmox_role_vm',
    },
    {
      name: 'Remove the VM',
      ...call(vmRemove, {
        ...identity,
        confirm_delete: use('proxmox_vm_confirm_delete'),
        data_disks: use('proxmox_vm_data_disks'),
        timeout: use('proxmox_vm_shutdown_timeout'),
        ...operation,
      }),
      when: `not ${isKept}`,
      register: 'proxmox_role_removal',
    },
  ],
});
