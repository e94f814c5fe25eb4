import { work } from '../connection/work.ts';
import type { Task } from '../stage.ts';

export const always = { tags: ['always'] };

/** A fact, as main.yml makes it: what that has left behind, of another VM or node, would win over variables of a task. */
export const workOut = (facts: Readonly<Record<keyof typeof work, unknown>>): Task => ({
  name: 'Work out whom to ask',
  'ansible.builtin.set_fact': { proxmox_role_work: facts },
  ...always,
});

/** No stage runs. */
export const workOutNode = workOut({ ...work, stages: [] });

/** Where a module that only asks runs: on the node, or by its API on the controller. */
export const asking = {
  delegate_to: "{{ proxmox_role_work.host or 'localhost' }}",
  connection: '{{ proxmox_role_work.connection }}',
  environment: { PROXMOX_ROLE_VARIABLES: '1' },
  vars: { ansible_pipelining: '{{ proxmox_role_work.pipelining }}' },
  ...always,
};
