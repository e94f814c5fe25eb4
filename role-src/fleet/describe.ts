import vmDescribe from '../../modules-src/modules/vm_describe/module.ts';
import { selection } from '../../modules-src/modules/vm_describe/params.ts';
import { always, asking, workOutNode } from './ask.ts';
import { own, sameNames } from '../expression.ts';
import { call, say, type Task } from '../stage.ts';

const IS_SHOWN = "(proxmox_describe_path | default('') | length == 0)";

/** tasks/describe.yml: writes the variables of what there is. */
export const describeTasks: readonly Task[] = [
  {
    name: 'Refuse to ask nobody',
    'ansible.builtin.assert': {
      that: "proxmox_vm_node | default('') | length > 0",
      fail_msg: 'cannot describe the VMs: proxmox_vm_node is not set; name the node that is to be asked',
      quiet: true,
    },
    ...always,
  },
  workOutNode,
  {
    name: 'Describe the VMs that there are',
    ...call(vmDescribe, {
      ...sameNames('proxmox_describe_', selection),
      defaults: own('proxmox_role_entry_defaults'),
    }),
    register: 'proxmox_role_description',
    ...asking,
  },
  {
    name: 'Write their variables',
    'ansible.builtin.copy': {
      content: '{{ proxmox_role_description.text }}',
      dest: '{{ proxmox_describe_path }}',
      mode: '0600',
      backup: true,
    },
    delegate_to: 'localhost',
    connection: 'local',
    become: false,
    when: `not ${IS_SHOWN}`,
    ...always,
  },
  {
    name: 'Show their variables',
    ...say('{{ proxmox_role_description.text.splitlines() }}'),
    when: IS_SHOWN,
    ...always,
  },
  {
    name: 'Tell which cannot be described',
    ...say('{{ proxmox_role_description.remarks }}'),
    when: 'proxmox_role_description.remarks | length > 0',
    ...always,
  },
];
