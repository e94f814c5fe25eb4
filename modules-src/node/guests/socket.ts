/** Where PVE puts the sockets of a VM that runs. */
export const guestSocket = (vmid: number, name: 'qga' | 'serial0'): string =>
  `/var/run/qemu-server/${vmid}.${name}`;
