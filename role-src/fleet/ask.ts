import { work } from '../connection/work.ts';

export const always = { tags: ['always'] };

/** No stage runs. */
const WORK = { ...work, stages: [] };

/** Where a module that only asks runs: on the node, or by its API on the controller. */
export const asking = {
  delegate_to: "{{ proxmox_role_host or 'localhost' }}",
  connection: WORK.connection,
  environment: { PROXMOX_ROLE_VARIABLES: '1' },
  vars: { proxmox_role_work: WORK, ansible_pipelining: WORK.pipelining },
  ...always,
};
