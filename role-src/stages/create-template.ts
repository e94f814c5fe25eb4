import templateConvert from '../../modules-src/modules/template_convert/module.ts';
import { isKept, isOn, use } from '../expression.ts';
import { call, defineStage } from '../stage.ts';
import { identity, retry } from '../vm-arguments.ts';

export default defineStage({
  name: 'create-template',
  purpose: 'Convert the VM into a template.',
  tags: ['template', 'create'],
  wantedWhen: `${isOn('proxmox_vm_make_template')} and ${isKept}`,
  tasks: [
    {
      name: 'Convert the VM into a template',
      ...call(templateConvert, {
        ...identity,
        timeout: use('proxmox_vm_shutdown_timeout'),
        ...retry,
      }),
      register: 'proxmox_role_template',
    },
  ],
});
