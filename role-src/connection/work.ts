import { connectionOf } from './inventory-host.ts';

/** Jinja: whether Ansible sends a module through its connection, one round trip a task: unless the host is said not to. */
export const pipeliningOf = (host: string): string =>
  `hostvars[${host}].ansible_pipelining | default(true) if ${host} else true`;

/** Which stages run, and where: what every task asks. */
export const work = {
  stages: '{{ proxmox_role_stages }}',
  node: '{{ proxmox_role_node }}',
  host: '{{ proxmox_role_host }}',
  connection: `{{ ${connectionOf('proxmox_role_host')} if proxmox_role_host else 'local' }}`,
  pipelining: `{{ ${pipeliningOf('proxmox_role_host')} }}`,
} as const;
