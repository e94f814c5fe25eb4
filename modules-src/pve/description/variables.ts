/** Variables of the role by their names without `proxmox_vm_` or `proxmox_`. */
export type Variables = Readonly<Record<string, unknown>>;
