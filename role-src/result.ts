import { lazily } from './own-variable.ts';

/** One field of `proxmox_vm_result`. */
interface ResultField {
  readonly name: string;
  /** Jinja: what it is. Stages that did not run have registered nothing. */
  readonly value: string;
  readonly description: string;
}

/** A field of what a stage has registered, with its value where the stage did not run. */
const from = (registered: string, name: string, otherwise: string, description: string): ResultField => ({
  name,
  value: `(proxmox_role_${registered} | default({})).${name} | default(${otherwise})`,
  description,
});

/** What the role hands over to the rest of the play as `proxmox_vm_result`. */
export const resultFields: readonly ResultField[] = [
  {
    name: 'vmid',
    value: '(proxmox_role_known_vmid | int) or none',
    description: 'VMID of the VM; none where there is no VM.',
  },
  { name: 'name', value: 'proxmox_vm_name', description: 'Its name.' },
  { name: 'node', value: 'proxmox_role_work.node', description: 'Node that it is on.' },
  from('power', 'running', 'false', 'Whether it runs.'),
  from('template', 'template', 'false', 'Whether it is a template.'),
  {
    name: 'behind',
    value:
      '(proxmox_role_generation | default({})).behind | default((proxmox_role_template | default({})).behind) | default([])',
    description:
      'Why the template was not what is wanted when this run looked; with rotation, what it was replaced for.',
  },
  from(
    'rotation',
    'generations',
    '[]',
    'With rotation, every generation: vmid, name, number, and why an old one is kept.',
  ),
  {
    name: 'nodes',
    value: `${lazily('proxmox_role_told_nodes')} if 'nodes' in proxmox_role_work.template else []`,
    description:
      'With `proxmox_vm_template_nodes`, every node: node, state (`replica`, `shared` or `down`), vmid, generation, generations, removed, and lines that tell of them.',
  },
  {
    name: 'tested',
    value: '(proxmox_role_trial | default({})).passed | default(false)',
    description: 'With `proxmox_vm_template_test`, whether the current generation has passed it.',
  },
  from('rotation', 'removed', '[]', 'With rotation, the VMIDs of generations that were removed.'),
  {
    name: 'user',
    value: '(proxmox_role_cloud_init | default({})).user | default(proxmox_vm_cloud_init_user)',
    description: 'User that cloud-init makes.',
  },
  from('data_disks', 'data_disks', '{}', 'Data disks of the VM by their slots: name, volume, size.'),
  from('replacement', 'replaced', 'false', 'Whether this run has given the VM a new system.'),
  from('power', 'addresses', '[]', 'Addresses that the guest reports; else the static ones of its settings.'),
  from(
    'power',
    'interfaces',
    '[]',
    'The same by network interface, when waited for: device, name, mac, addresses.',
  ),
  from('power', 'ssh', "''", 'Address at which SSH answers, when waited for.'),
  from('power', 'cloud_init_status', '{}', 'What `cloud-init status` says in the guest, when waited for.'),
  from('power', 'failed_units', '[]', 'Units of systemd that failed in the guest, when waited for.'),
  {
    name: 'cloud_init',
    value:
      "'applies at next boot: the VM is new' if proxmox_role_is_made | bool and proxmox_role_has_cloud_init | bool else (proxmox_role_cloud_init | default({})).cloud_init | default('unchanged')",
    description: '`unchanged`, `applies at next boot: …` or `not applied until …`, as this run found it.',
  },
  from(
    'cloud_init',
    'instance_id',
    '{}',
    'The instance-id `before` and `after`; empty for a VM that this run has made.',
  ),
  from('settings', 'pending', '[]', 'Settings that wait for a restart.'),
  from('clones', 'clones', '[]', 'Every clone: name, vmid, exists, running, address.'),
];

/** All of it as one Jinja expression. */
export const resultExpression = `{{ {${resultFields.map(({ name, value }) => `'${name}': ${value}`).join(', ')}} }}`;
