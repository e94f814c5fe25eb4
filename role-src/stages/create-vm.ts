import vmCreate from '../../modules-src/modules/vm_create/module.ts';
import { call, defineStage } from '../stage.ts';
import { vmArguments } from '../vm-arguments.ts';

export default defineStage({
  name: 'create-vm',
  purpose: 'Create the VM with all its hardware.',
  tags: ['vm', 'create'],
  tasks: [{ name: 'Create the VM', ...call(vmCreate, vmArguments), register: 'proxmox_role_vm' }],
});
