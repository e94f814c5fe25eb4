/** Jinja: the hosts of the inventory that say by proxmox_node_name which node they are. */
const NAMED_HOSTS = "groups['all'] | map('extract', hostvars) | selectattr('proxmox_node_name', 'defined')";

/** Jinja: filters that leave of a list of nodes those that no host of the inventory is. */
export const HOSTLESS = `reject('in', groups['all']) | reject('in', ${NAMED_HOSTS} | map(attribute='proxmox_node_name') | list)`;

/**
 * Jinja: the inventory host that is a node, by its own name or by its proxmox_node_name; empty: none. Not a variable,
 * because Ansible works out every variable that an expression names, that of the branch not taken too, and an inventory
 * can have hundreds of hosts.
 */
export const hostOf = (node: string): string =>
  `(${node} if ${node} in groups['all'] else ${NAMED_HOSTS} | selectattr('proxmox_node_name', 'eq', ${node}) | map(attribute='inventory_hostname') | first | default(''))`;

/** Jinja: how Ansible reaches a host of the inventory. */
export const connectionOf = (host: string): string => `hostvars[${host}].ansible_connection | default('ssh')`;
