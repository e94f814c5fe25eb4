import type { Option } from '../modules-src/sdk/option.ts';
import { VM_NAME } from '../modules-src/pve/text/patterns.ts';
import { entryKeys, runKeys } from './entry-keys.ts';
import { template } from './own-variable.ts';
import { isOfFleet } from './role-choices.ts';
import { say, type Task } from './stage.ts';
import { variables } from './variables.ts';

/** Inventory group that the VMs of `proxmox_vms` become hosts of. */
const GROUP = 'proxmox_vms';

const ENTRY = 'proxmox_role_entry';
const DEFAULTS = 'proxmox_role_defaults';
const GIVEN_VMIDS = 'proxmox_role_given_vmids';

const options: Readonly<Record<string, Option>> = variables;

/**
 * The variable as the caller has set it. A default is left out: it may follow another variable, of which the VM has
 * another value.
 */
const shared = (name: string): string =>
  options[name]?.default === undefined
    ? `${name} | default(omit)`
    : `(${name} if ${name} != ${DEFAULTS}.${name} else omit)`;

/** What the entry says of it, else what is set for all. Until ansible-core 2.18, an entry has what is `omit`. */
const valueOf = (key: string, name: string): string =>
  `{{ ${shared(name)} if ${ENTRY}.${key} | default(omit) == omit else ${ENTRY}.${key} }}`;

const hostVariables = (): Readonly<Record<string, string>> => ({
  ...Object.fromEntries(Object.entries(entryKeys).map(([key, name]) => [name, valueOf(key, name)])),
  ...Object.fromEntries(
    Object.values(runKeys)
      .filter(name => name !== 'proxmox_vms' && !isOfFleet(name))
      .map(name => [name, `{{ ${shared(name)} }}`]),
  ),
  proxmox_vm_name: `{{ ${ENTRY}.name }}`,
  // Stage 1 of that VM says what was meant.
  proxmox_role_unknown_keys: `{{ ${ENTRY} | list | reject('in', proxmox_role_entry_keys) | map('regex_replace', '^', 'proxmox_vm_') | list }}`,
  proxmox_vm_vmid_reserved: `{{ [${ENTRY}.vmid_reserved | default(proxmox_vm_vmid_reserved | default([])), ${GIVEN_VMIDS}] | flatten | reject('eq', omit) | list }}`,
});

/** Names of what has no value, nor the entry that a loop is at; outside of it, of what needs its name as well. */
const VALUELESS = Object.entries(entryKeys)
  .filter(([, name]) => name !== 'proxmox_vm_name')
  .map(([key, name]) => `'' if ${name} is defined or '${key}' in (${ENTRY} | default({})) else '${name}'`)
  .join(', ');

/** What is `omit` is no number, and 0. */
const vmidsOf = (list: string): string =>
  `${list} | selectattr('vmid', 'defined') | map(attribute='vmid') | map('int') | select | list`;

const always = { tags: ['always'] };

/** vars/vms.yml: what only the checks of entries need. */
export const vmsVariables = {
  proxmox_role_entry_keys: entryKeys,
  proxmox_role_run_keys: runKeys,
  proxmox_role_name_pattern: VM_NAME.regex,
  proxmox_role_entry_problems: "{{ (proxmox_role_entry_problems_text or '').splitlines() | select | list }}",
  proxmox_role_entry_problems_text: template('entry-problems'),
  proxmox_role_valueless: `{{ [${VALUELESS}] | select('in', query('ansible.builtin.varnames', '^proxmox_')) | list }}`,
};

/** tasks/vms.yml: makes inventory hosts of the entries of `proxmox_vms`; a play on them makes the VMs. */
export const vmsTasks: readonly Task[] = [
  { name: 'Know the keys of entries', 'ansible.builtin.include_vars': { file: 'vms.yml' }, ...always },
  {
    name: 'Refuse entries that no VM can be made of',
    'ansible.builtin.fail': {
      msg: 'cannot begin: {{ proxmox_role_entry_problems | length }} problem(s) found, nothing was touched\n{{ proxmox_role_entry_problems_text | trim }}',
    },
    when: 'proxmox_role_entry_problems | length > 0',
    ...always,
  },
  {
    // Its value would be taken for none at all, and the VM be made without it.
    name: 'Refuse what has no value for an entry',
    'ansible.builtin.fail': {
      msg: `cannot begin: {{ proxmox_role_valueless | join(' and ') }}, set for all of proxmox_vms, cannot be worked out for {{ proxmox_vm_name }}; correct what the expression looks up, or set it in the entry`,
    },
    // Ansible shows what a loop goes over, and an entry may hold a password.
    loop: "{{ proxmox_vms | map(attribute='name') if proxmox_role_valueless | length > 0 else [] }}",
    loop_control: { loop_var: 'proxmox_vm_name' },
    vars: { [ENTRY]: "{{ proxmox_vms | selectattr('name', 'eq', proxmox_vm_name) | first }}" },
    when: 'proxmox_role_valueless | length > 0',
    ...always,
  },
  {
    name: 'Know the defaults of the role',
    'ansible.builtin.include_vars': { file: '{{ role_path }}/defaults/main.yml', name: DEFAULTS },
    ...always,
  },
  {
    name: 'Make a host of each VM',
    'ansible.builtin.add_host': { name: `{{ ${ENTRY}.name | string }}`, groups: GROUP, ...hostVariables() },
    loop: '{{ proxmox_vms }}',
    loop_control: { loop_var: ENTRY, label: `{{ ${ENTRY}.name }}` },
    vars: {
      // What the VMs share may mention the name.
      proxmox_vm_name: `{{ ${ENTRY}.name }}`,
      // Another VM that takes a VMID from a range may come first.
      [GIVEN_VMIDS]: `{{ ${vmidsOf('proxmox_vms')} + ${vmidsOf("proxmox_vms | map(attribute='clones', default=[]) | flatten")} }}`,
    },
    changed_when: false,
    no_log: true,
    ...always,
  },
  {
    name: 'Say what they are now',
    ...say(`hosts of the group ${GROUP}: {{ proxmox_vms | map(attribute='name') | join(', ') }}`),
    ...always,
  },
];
