import vmCreate from '../../modules-src/modules/vm_create/module.ts';
import vmRemove from '../../modules-src/modules/vm_remove/module.ts';
import { isKept, own, use } from '../expression.ts';
import { call, defineStage } from '../stage.ts';
import { identity, retry, vmArguments } from '../vm-arguments.ts';

export default defineStage({
  name: 'create-vm',
  purpose: 'Create the VM with all its hardware.',
  tags: ['vm', 'create'],
  tasks: [
    {
      name: 'Create the VM',
      ...call(vmCreate, { ...vmArguments, generation: own('proxmox_role_generation_mark') }),
      when: isKept,
      register: 'proxmox_role_vm',
    },
    {
      name: 'Remove the VM',
      ...call(vmRemove, {
        ...identity,
        confirm_delete: use('proxmox_vm_confirm_delete'),
        timeout: use('proxmox_vm_shutdown_timeout'),
        ...retry,
      }),
      when: `not ${isKept}`,
      register: 'proxmox_role_removal',
    },
  ],
});
