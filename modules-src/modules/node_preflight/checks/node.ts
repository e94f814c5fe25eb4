import { isAtLeast, supportOf } from '../../../pve/text/pve-version.ts';
import type { MachineFacts } from '../../../sdk/facts.ts';
import type { Problem } from '../../../sdk/define-module.ts';
import { onNode, problem, type Check, variableOf } from '../check.ts';

/** The oldest Node.js that the modules run on (PVE 8 has 18.20). */
const OLDEST_NODEJS = '18.19';

/** Where the play ended up: a Proxmox VE node, as root. */
export const checkMachine: Check = (_, { machine, access, troubles = [] }) => {
  // Nothing is known of it.
  if (troubles.length > 0) return [];
  // By the API the modules run on the controller, and nothing more is told of the node.
  if (access !== undefined) return [...newEnough(machine, 'the controller'), ...supported(machine)];
  const nodejs = newEnough(machine, machine.name);
  if (machine.clusterFiles === 'absent') return [...nodejs, noProxmox(machine)];
  return [
    ...nodejs,
    ...(machine.clusterFiles === 'unmounted' ? [unmounted(machine)] : []),
    ...(machine.isRoot ? [] : [notRoot(machine)]),
    ...programs(machine),
    ...versions(machine),
  ];
};

const newEnough = ({ nodejs }: MachineFacts, owner: string): Problem[] =>
  isAtLeast(nodejs, OLDEST_NODEJS)
    ? []
    : [
        problem(
          'PVE-NODE-012',
          'nodejs',
          `Node.js of ${owner} is ${nodejs}, older than ${OLDEST_NODEJS}`,
          `install Debian’s with \`apt-get install nodejs\`, or give an archive in ${variableOf('nodejs')}`,
        ),
      ];

const supported = ({ name, versions: { manager } }: MachineFacts): Problem[] =>
  manager === undefined ? [] : unsupported(name, manager);

const noProxmox = ({ name }: MachineFacts): Problem =>
  problem(
    'PVE-NODE-001',
    'vm_node',
    `the machine reached, ${name}, is no Proxmox VE node: it has neither /etc/pve nor the package pve-manager`,
    `let ${variableOf('vm_node')} name an inventory host that is a node, or give that host proxmox_node_name`,
  );

const unmounted = ({ name }: MachineFacts): Problem =>
  problem(
    'PVE-NODE-002',
    '',
    `/etc/pve of ${name} is empty: the cluster file system does not run`,
    'start it with `systemctl start pve-cluster` and see `journalctl -u pve-cluster` if it ends again',
  );

const notRoot = ({ name }: MachineFacts): Problem =>
  problem(
    'PVE-NODE-005',
    '',
    `the user on ${name} is not root, so nothing of a VM can be read or changed`,
    'connect as root (ansible_user: root), or set ansible_become: true for the node and install sudo there',
  );

const programs = ({ name, qm }: MachineFacts): Problem[] =>
  qm !== undefined
    ? []
    : [
        problem(
          'PVE-NODE-006',
          '',
          `${name} has no program qm, neither on the path nor in /usr/sbin`,
          'install it with `apt-get install qemu-server`',
        ),
      ];

function versions(machine: MachineFacts): Problem[] {
  const {
    name,
    qm,
    versions: { manager, qemuServer },
  } = machine;
  const unread = [
    ...(manager === undefined ? ['pve-manager'] : []),
    ...(qemuServer === undefined && qm !== undefined ? ['qemu-server'] : []),
  ];
  return [...unread.map(one => unreadable(name, one)), ...supported(machine)];
}

const unreadable = (name: string, one: string): Problem =>
  problem(
    'PVE-NODE-007',
    '',
    `the package database of ${name} has no version of ${one}`,
    `mend it with \`apt-get install --reinstall ${one}\``,
  );

function unsupported(name: string, version: string): Problem[] {
  switch (supportOf(version)) {
    case undefined:
      return [unreadable(name, 'pve-manager')];
    case 'too old':
      return [
        problem(
          'PVE-NODE-008',
          '',
          `${name} runs Proxmox VE ${version}; the role needs 8.4 or 9`,
          'upgrade it: https://pve.proxmox.com/wiki/Upgrade_from_7_to_8',
        ),
      ];
    case 'untested':
      return [
        problem(
          'PVE-NODE-009',
          '',
          `${name} runs Proxmox VE ${version}; the role is tested with 8.4 and 9`,
          'update it with `apt-get update && apt-get dist-upgrade` if it is the older one',
        ),
      ];
    case 'supported':
      return [];
  }
}

/** Whether it is the node that was meant, and one that can be worked with. */
export const checkNode = onNode((wanted, { nodes, isQuorate }, { name, hasKvm }) => [
  ...(wanted.vm_node === undefined ? [] : wrongNode(wanted.vm_node, name, nodes)),
  ...(isQuorate === false ? [noQuorum(name)] : []),
  ...(hasKvm || emulates(wanted.vm_extra_config) ? [] : [noKvm(name)]),
]);

function wrongNode(wanted: string, reached: string, nodes: readonly string[]): Problem[] {
  if (wanted === reached) return [];
  if (!nodes.includes(wanted)) {
    return [
      problem(
        'PVE-NODE-004',
        'vm_node',
        `the cluster of ${reached} has no node "${wanted}"`,
        `set ${variableOf('vm_node')} to one of its nodes: ${nodes.join(', ')}`,
      ),
    ];
  }
  return [
    problem(
      'PVE-NODE-003',
      'vm_node',
      `the machine reached is ${reached}, not ${wanted}`,
      `put ${wanted} into the inventory, with its address in ansible_host, or set ${variableOf('vm_node')}: ${reached}`,
    ),
  ];
}

const noQuorum = (name: string): Problem =>
  problem(
    'PVE-NODE-010',
    '',
    `the cluster of ${name} has no quorum, so nothing in /etc/pve can be written`,
    'bring back the nodes that `pvecm status` misses',
  );

const emulates = (extra: Readonly<Record<string, unknown>> | undefined): boolean =>
  ['0', 'false', 'no', 'off'].includes(String(extra?.['kvm']).toLowerCase());

const noKvm = (name: string): Problem =>
  problem(
    'PVE-NODE-011',
    'vm_extra_config',
    `${name} has no /dev/kvm, so VMs do not start there`,
    `turn on virtualisation in its firmware, or set ${variableOf('vm_extra_config')}: {kvm: 0} to emulate slowly`,
  );
