import { READ_VMS } from '../../pve/vms/find.ts';
import { defineModule } from '../../sdk/define-module.ts';
import { observeGuests } from './observe.ts';
import { selection } from './params.ts';
import { descriptionReport } from './report.ts';

export default defineModule({
  name: 'vm_describe',
  summary: 'Write the variables of the VMs that there are',
  description: [
    'Tells VMs and templates as entries of `proxmox_vms`, with exactly the variables for which the role changes nothing.',
    'Only reads. Passwords are not told, and what no variable can say stands in comments.',
    'By the API, VMs of a node that is down are remarks.',
    'Whether a VM of another node runs is known by the API only; without it, such a VM is neither started nor stopped.',
  ],
  params: {
    ...selection,
    defaults: {
      type: 'dict',
      description:
        'What the variables are when nobody sets them, by the names of the entries: these are left out.',
      example: { memory: 2048 },
    },
  },
  examples: `
- name: Describe the VMs of a pool
  vm_describe:
    pools: [shop]
  register: described

- name: Write their variables
  ansible.builtin.copy:
    content: "{{ described.text }}"
    dest: vms.yml
    mode: "0600"
  delegate_to: localhost
`,
  returns: {
    text: {
      description: 'A file of variables in YAML, with comments.',
      type: 'str',
      returned: 'success',
      sample: '---\nproxmox_vms:\n  - name: web\n    vmid: 100\n',
    },
    vms: {
      description: 'The entries by themselves.',
      type: 'list',
      elements: 'dict',
      returned: 'success',
      sample: [{ name: 'web', vmid: 100, node: 'pve01' }],
    },
    remarks: {
      description: 'VMs that cannot be described, with the reason.',
      type: 'list',
      elements: 'str',
      returned: 'success',
      sample: ['VM 101 on pve01 has no name; give it one with `qm set 101 --name NAME`'],
    },
  },
  asks: [...READ_VMS, 'isRunning', 'readPools'],
  performs: [],
  observe: observeGuests,
  plan: () => [],
  report: descriptionReport,
});
