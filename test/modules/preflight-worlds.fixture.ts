/** What a node lacks, made with the programs of the node itself; preflight then prints the command that mends it. */
export interface BrokenNode {
  readonly title: string;
  readonly code: string;
  /** Shell lines that break the node. */
  readonly make: string;
  readonly wanted?: Readonly<Record<string, unknown>>;
  /** The node whose preflight looks. */
  readonly node?: string;
}

const ON_LOCAL = { disk_storage: 'local', vm_cloud_init_install_agent: false };
const OURS = 'qm create 9000 --name ubuntu-24.04';

/** A storage of another folder than the one that holds the image cache. */
const STORE = 'pvesm add dir store --path /srv/store --content images,snippets';

/** A package source of the node's own, with one package that holds one file. */
const offer = (name: string, version: string, path: string): string => `
  mkdir -p /srv/packages /tmp/${name}/DEBIAN /tmp/${name}$(dirname ${path})
  printf 'Package: ${name}\\nVersion: ${version}\\nArchitecture: all\\nMaintainer: nobody\\nDescription: stand-in\\n' > /tmp/${name}/DEBIAN/control
  cp -L ${path} /tmp/${name}${path}
  dpkg-deb --build /tmp/${name} /srv/packages/${name}.deb > /dev/null
  cd /srv/packages
  { dpkg-deb --field ${name}.deb; printf 'Filename: ./${name}.deb\\nSize: %s\\nSHA256: %s\\n' \\
    "$(stat -c %s ${name}.deb)" "$(sha256sum ${name}.deb | cut -d ' ' -f 1)"; } > Packages
  rm -f /etc/apt/sources.list /etc/apt/sources.list.d/*
  echo 'deb [trusted=yes] file:/srv/packages ./' > /etc/apt/sources.list
  printf 'APT::Get::Assume-Yes "true";\\nAPT::Sandbox::User "root";\\n' > /etc/apt/apt.conf.d/99test
  apt-get update > /dev/null
`;

/** Takes a package out of the package database. */
const forget = (name: string): string =>
  `awk -v RS= -v ORS='\\n\\n' '!/^Package: ${name}\\n/' /var/lib/dpkg/status > /tmp/status && cp /tmp/status /var/lib/dpkg/status`;

/** The cluster file system goes away, and comes back when its service is started. */
const UNMOUNTED = `
  mkdir -p /mnt/away && mount --move /etc/pve /mnt/away
  printf '#!/bin/sh\\ntest "$*" = "start pve-cluster" && mount --move /mnt/away /etc/pve\\n' > /usr/local/sbin/systemctl
  chmod 755 /usr/local/sbin/systemctl
`;

export const BROKEN_NODES: readonly BrokenNode[] = [
  { title: 'no cluster file system', code: 'PVE-NODE-002', make: UNMOUNTED },
  {
    title: 'a storage that is disabled',
    code: 'PVE-STO-002',
    make: 'pvesm set local --disable 1',
    wanted: ON_LOCAL,
  },
  { title: 'a pool that is not there', code: 'PVE-VM-044', make: 'true', wanted: { vm_pool: 'prod' } },
  {
    title: 'a storage of another node',
    code: 'PVE-STO-003',
    make: 'pvesm set local --nodes pve02',
    wanted: ON_LOCAL,
  },
  {
    title: 'a storage without disk images',
    code: 'PVE-STO-004',
    make: 'pvesm set local --content iso,snippets',
    wanted: { disk_storage: 'local' },
  },
  {
    title: 'user data, and no storage for snippets',
    code: 'PVE-STO-005',
    make: 'pvesm set local --content iso,images',
    wanted: { vm_cloud_init_user_data: '#cloud-config\n{}' },
  },
  {
    title: 'a storage for snippets that holds none',
    code: 'PVE-STO-005',
    make: 'pvesm set local --content iso,images',
    wanted: { vm_cloud_init_snippets_storage: 'local' },
  },
  {
    title: 'a storage for the image cache that holds no images to import',
    code: 'PVE-STO-013',
    make: 'pvesm set local --content snippets,images',
    wanted: { cloud_image_cache_dir: 'local' },
  },
  {
    title: 'a cloud-init drive of our own, and no storage for ISO images',
    code: 'PVE-STO-015',
    make: 'pvesm set local --content snippets,images',
    wanted: { vm_cloud_init_drive: 'own' },
  },
  {
    title: 'a storage whose directory is gone',
    code: 'PVE-STO-007',
    make: `${STORE} && rm -r /srv/store`,
    wanted: { disk_storage: 'store', vm_cloud_init_install_agent: false },
  },
  {
    title: 'the agent, and no storage for snippets',
    code: 'PVE-CI-008',
    make: 'pvesm set local --content iso,images',
  },
  {
    title: 'our VM on another node',
    code: 'PVE-VM-003',
    make: `${OURS} && mv /etc/pve/nodes/pve01/qemu-server/9000.conf /etc/pve/nodes/pve02/qemu-server/`,
  },
  { title: 'our VM, left unfinished', code: 'PVE-VM-004', make: `${OURS} --lock create` },
  {
    title: 'a VM with a snapshot that is to become a template',
    code: 'PVE-VM-008',
    make: `${OURS} --scsi0 local:1,format=qcow2 && qm snapshot 9000 before`,
  },
  {
    title: 'a VM with two snapshots that is to become a template',
    code: 'PVE-VM-008',
    make: `${OURS} --scsi0 local:1,format=qcow2 && qm snapshot 9000 before && qm snapshot 9000 after`,
  },
  { title: 'our VM under a lock', code: 'PVE-VM-021', make: `${OURS} --lock backup` },
  {
    title: 'a clone, left unfinished',
    code: 'PVE-CLONE-010',
    make: 'qm create 301 --name web-01 --lock clone',
  },
  { title: 'a clone under a lock', code: 'PVE-CLONE-011', make: 'qm create 301 --name web-01 --lock backup' },
  {
    title: 'a clone on another node',
    code: 'PVE-CLONE-012',
    make: 'qm create 301 --name web-01 && mv /etc/pve/nodes/pve01/qemu-server/301.conf /etc/pve/nodes/pve02/qemu-server/',
  },
  {
    title: 'no qm',
    code: 'PVE-NODE-006',
    make: `${offer('qemu-server', '9.2.6', '/usr/sbin/qm')} ${forget('qemu-server')}; rm /usr/sbin/qm`,
  },
  {
    title: 'qm that no package has brought',
    code: 'PVE-NODE-007',
    make: `${offer('qemu-server', '9.2.6', '/usr/sbin/qm')} ${forget('qemu-server')}`,
  },
  {
    title: 'an older Proxmox VE 8',
    code: 'PVE-NODE-009',
    make: `${offer('pve-manager', '8.4.14', '/usr/bin/pveversion')}
      awk -v RS= -v ORS='\\n\\n' '/^Package: pve-manager\\n/ { sub(/Version: [^\\n]*/, "Version: 8.2.4") } { print }' \\
        /var/lib/dpkg/status > /tmp/status && cp /tmp/status /var/lib/dpkg/status`,
  },
];
