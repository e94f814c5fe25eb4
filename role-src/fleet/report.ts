import fleetReport from '../../modules-src/modules/fleet_report/module.ts';
import { always, asking, workOutNode } from './ask.ts';
import { own, use } from '../expression.ts';
import { call, type Task } from '../stage.ts';

/** Writes one text of the report; in check mode, too, for that is what it is made for. */
const write = (what: 'json' | 'html', name: string): Task => ({
  name,
  'ansible.builtin.copy': {
    content: `{{ proxmox_role_fleet_report.${what} | string }}`,
    dest: `{{ proxmox_report_path | splitext | first }}.${what}`,
    mode: '0644',
  },
  check_mode: false,
  diff: false,
  delegate_to: 'localhost',
  connection: 'local',
  become: false,
  ...always,
});

/** tasks/report.yml: writes what a run of the role has said of a fleet. */
export const reportTasks: readonly Task[] = [
  {
    name: 'Refuse to report nowhere',
    'ansible.builtin.assert': {
      that: [
        "proxmox_vm_node | default('') | length > 0",
        "proxmox_report_path | default('') | length > 0",
        "groups['proxmox_vms'] | default([]) | length > 0",
      ],
      fail_msg:
        'cannot report on the VMs: proxmox_vm_node, proxmox_report_path or a host of the group proxmox_vms is missing; name the node that is to be asked and the file, and let tasks_from vms make the hosts',
      quiet: true,
    },
    ...always,
  },
  workOutNode,
  {
    name: 'Compare the VMs with what is declared',
    ...call(fleetReport, { guests: own('proxmox_role_fleet'), fail_on: use('proxmox_report_fail_on') }),
    register: 'proxmox_role_fleet_report',
    ...asking,
  },
  write('json', 'Write the report'),
  write('html', 'Write its page'),
  {
    name: 'Fail on what is not to be',
    'ansible.builtin.assert': {
      that: 'proxmox_role_fleet_report.failure | length == 0',
      fail_msg: '{{ proxmox_role_fleet_report.failure }}; see {{ proxmox_report_path }}',
      success_msg:
        "not as declared: {{ proxmox_role_fleet_report.drift | join(', ') or 'none' }}; declared by nobody: {{ proxmox_role_fleet_report.undeclared | map(attribute='vmid') | join(', ') or 'none' }}",
    },
    ...always,
  },
];
