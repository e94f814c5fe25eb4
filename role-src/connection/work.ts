import { connectionOf } from './inventory-host.ts';

/** Jinja: whether Ansible sends a module through its connection, one round trip a task: unless the host is said not to. */
const pipeliningOf = (host: string): string =>
  `hostvars[${host}].ansible_pipelining | default(true) if ${host} else true`;

/**
 * Jinja: the host that tasks are delegated to; empty: the play's own, to which delegating would cost a tenth of each. Until
 * 2.18, Ansible fails at tasks that are delegated to nobody.
 */
const delegateOf = (host: string): string =>
  `'' if (${host} or 'localhost') == inventory_hostname and ansible_version.minor > 18 else ${host} or 'localhost'`;

/** How tasks come to an inventory host, of which this is the variable; it is empty where they go by the API. */
export const reaching = (host: string) => ({
  host: `{{ ${host} }}`,
  delegate: `{{ ${delegateOf(host)} }}`,
  connection: `{{ ${connectionOf(host)} if ${host} else 'local' }}`,
  pipelining: `{{ ${pipeliningOf(host)} }}`,
});

/** Which stages run, on what kind of template, and where: what every task asks. */
export const work = {
  stages: '{{ proxmox_role_stages }}',
  template:
    "{{ (['generations'] if proxmox_role_rotates | bool else []) + (['nodes'] if proxmox_role_is_on_nodes | bool else []) }}",
  node: '{{ proxmox_role_node }}',
  ...reaching('proxmox_role_host'),
} as const;
