import { ANY_USER } from '../../access/permission.ts';
import type { Route } from '../route.ts';
import { VM } from './vm.ts';

const BELOW_VM =
  'config cloudinit pending status unlink vncproxy termproxy migrate resize move rrd rrddata monitor agent snapshot spiceproxy sendkey firewall mtunnel remote_migrate';
const BELOW_STATUS = 'current start stop reset shutdown suspend reboot';

/** What is below a VM: the same for one that does not exist. */
export const INDEX_ROUTES: readonly Route[] = [
  { method: 'GET', path: VM, permission: ANY_USER, answer: () => subdirectories(BELOW_VM) },
  { method: 'GET', path: `${VM}/status`, permission: ANY_USER, answer: () => subdirectories(BELOW_STATUS) },
];

function subdirectories(words: string): readonly object[] {
  return words.split(' ').map(subdir => ({ subdir }));
}
