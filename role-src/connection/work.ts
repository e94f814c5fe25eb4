import { connectionOf } from './inventory-host.ts';

/** Jinja: whether Ansible sends a module through its connection, one round trip a task: unless the host is said not to. */
export const pipeliningOf = (host: string): string =>
  `hostvars[${host}].ansible_pipelining | default(true) if ${host} else true`;

/** Jinja: the host that tasks are delegated to; empty: the play's own, to which delegating would cost a tenth of each. */
export const delegateOf = (host: string): string =>
  `'' if (${host} or 'localhost') == inventory_hostname else ${host} or 'localhost'`;

/** Which stages run, on what kind of template, and where: what every task asks. */
export const work = {
  stages: '{{ proxmox_role_stages }}',
  template:
    "{{ (['generations'] if proxmox_role_rotates | bool else []) + (['nodes'] if proxmox_role_is_on_nodes | bool else []) }}",
  node: '{{ proxmox_role_node }}',
  host: '{{ proxmox_role_host }}',
  delegate: `{{ ${delegateOf('proxmox_role_host')} }}`,
  connection: `{{ ${connectionOf('proxmox_role_host')} if proxmox_role_host else 'local' }}`,
  pipelining: `{{ ${pipeliningOf('proxmox_role_host')} }}`,
} as const;
