import templateConvert from '../../modules-src/modules/template_convert/module.ts';
import templateRotate from '../../modules-src/modules/template_rotate/module.ts';
import templateTest from '../../modules-src/modules/template_test/module.ts';
import { testOptions } from '../../modules-src/pve/vms/generations/options.ts';
import * as sources from '../../modules-src/modules/node_preflight/stages/sources.ts';
import { isKept, isOn, own, sameNames, use } from '../expression.ts';
import { otherRotations, rotationArguments } from '../replicas/take-over.ts';
import { unlessSettled } from './settled.ts';
import { call, defineStage } from '../stage.ts';
import { argumentsOf, operation } from '../vm-arguments.ts';

export default defineStage({
  name: 'create-template',
  purpose: 'Convert the VM into a template, and let it take over from the one before.',
  tags: ['template', 'create'],
  wantedWhen: `${isOn('proxmox_vm_make_template')} and ${isKept}`,
  tasks: [
    {
      name: 'Convert the VM into a template',
      ...call(templateConvert, argumentsOf(sources.convert)),
      ...unlessSettled('template'),
    },
    {
      name: 'Test the generation before it takes over',
      ...call(templateTest, {
        vmid: own('proxmox_role_vmid'),
        name: own('proxmox_role_vm_name'),
        generation: own('proxmox_role_generation_mark'),
        template_vmid_range: own('proxmox_role_template_range'),
        ...sameNames('proxmox_vm_', testOptions),
        pool: use('proxmox_vm_pool'),
        ...operation,
      }),
      when: ['proxmox_role_rotates | bool', "proxmox_vm_template_test != 'none'"],
      register: 'proxmox_role_trial',
    },
    otherRotations,
    {
      name: 'Let the new generation take over',
      ...call(templateRotate, {
        vmid: own('proxmox_role_vmid'),
        generation: own('proxmox_role_generation_mark'),
        ...rotationArguments,
      }),
      // On another node it waits for the generations of all.
      when: ['proxmox_role_rotates | bool', 'proxmox_role_replica is undefined'],
      register: 'proxmox_role_rotation',
    },
  ],
});
