import { ANY_USER, needsOneOf } from '../access/permission.ts';
import type { Permission } from '../access/permission.ts';
import type { Route } from './route.ts';

/** What stands below a path, in the word that names an entry there. */
interface Index {
  readonly path: string;
  readonly key: 'name' | 'subdir' | 'type' | 'method';
  readonly entries: string;
  readonly permission?: Permission;
}

const INDEXES: readonly Index[] = [
  { path: '/', key: 'subdir', entries: 'version cluster nodes storage access pools' },
  {
    path: '/cluster',
    key: 'name',
    entries:
      'acme backup backup-info bulk-action ceph config firewall ha jobs log mapping metrics notifications nextid ' +
      'options qemu replication resources status tasks sdn',
  },
  { path: '/cluster/mapping', key: 'name', entries: 'dir pci usb' },
  {
    path: '/nodes/{node}',
    key: 'name',
    entries:
      'aplinfo apt capabilities ceph certificates config disks dns firewall hardware hosts journal lxc migrateall ' +
      'netstat network qemu query-oci-repo-tags query-url-metadata replication report rrd rrddata scan sdn services ' +
      'spiceshell startall status stopall storage subscription suspendall syslog tasks termproxy time version ' +
      'vncshell vzdump wakeonlan',
  },
  { path: '/nodes/{node}/capabilities', key: 'name', entries: 'qemu' },
  { path: '/nodes/{node}/capabilities/qemu', key: 'name', entries: 'cpu cpu-flags machines migration' },
  { path: '/nodes/{node}/hardware', key: 'type', entries: 'pci usb' },
  { path: '/nodes/{node}/hardware/pci/{pci-id-or-mapping}', key: 'method', entries: 'mdev' },
  { path: '/nodes/{node}/scan', key: 'method', entries: 'cifs iscsi lvm nfs pbs zfs' },
  {
    path: '/nodes/{node}/ceph',
    key: 'name',
    entries:
      'cmd-safety cfg crush fs init log mds mgr mon osd pool releases restart restart-bulk rules start status stop',
    permission: needsOneOf('/', 'Sys.Audit', 'Datastore.Audit'),
  },
  {
    path: '/nodes/{node}/storage/{storage}',
    key: 'subdir',
    entries:
      'content download-url file-restore import-metadata identity oci-registry-pull prunebackups rrd rrddata status ' +
      'upload',
    permission: needsOneOf('/storage/{storage}', 'Datastore.Audit', 'Datastore.AllocateSpace'),
  },
];

/** Paths that only list what is below them. PVE does not ask whether what the path names exists. */
export const INDEX_ROUTES: readonly Route[] = INDEXES.map(({ path, key, entries, permission }) => ({
  method: 'GET',
  path,
  permission: permission ?? ANY_USER,
  answer: () => entries.split(' ').map(entry => ({ [key]: entry })),
}));

/** What a fresh node has none of, and the test node does not make: the lists are empty. */
const EMPTY_LISTS = [
  '/cluster/backup',
  '/cluster/config/nodes',
  '/cluster/metrics/server',
  '/cluster/sdn/vnets',
  '/cluster/sdn/zones',
  '/nodes/{node}/aplinfo',
  '/nodes/{node}/disks/list',
  '/nodes/{node}/lxc',
  '/nodes/{node}/sdn/zones',
  '/nodes/{node}/services',
];

export const EMPTY_ROUTES: readonly Route[] = EMPTY_LISTS.map(path => ({
  method: 'GET',
  path,
  permission: ANY_USER,
  answer: () => [],
}));
