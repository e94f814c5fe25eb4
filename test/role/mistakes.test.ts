import { expect } from 'chai';
import { makeSandbox, type Played } from './sandbox.ts';

/** This machine is no node: preflight says so, and tells all that is wrong with the variables beside it. */
const NODE = 'PVE-NODE-001';

const WITHOUT_NODE = { proxmox_vm_node: 'pve01' };

async function run(plays: readonly object[]): Promise<Played> {
  const sandbox = await makeSandbox({}, undefined, ['node_preflight']);
  try {
    return await sandbox.play(JSON.stringify(plays));
  } finally {
    await sandbox.remove();
  }
}

const onController = { hosts: 'localhost', connection: 'local', gather_facts: false };

const making = (values: Readonly<Record<string, unknown>>) => ({
  ...onController,
  tasks: [
    {
      name: 'Make it',
      include_role: { name: 'proxmox' },
      vars: { ...WITHOUT_NODE, ...values },
      tags: ['always'],
    },
  ],
});

const hostsOf = (entries: unknown) => ({
  name: 'Make hosts of them',
  include_role: { name: 'proxmox', tasks_from: 'vms' },
  vars: { ...WITHOUT_NODE, proxmox_vms: entries },
  tags: ['always'],
});

const makingAll = (entries: unknown) => [
  { ...onController, tasks: [hostsOf(entries)] },
  { hosts: 'proxmox_vms', connection: 'local', gather_facts: false, roles: ['proxmox'] },
];

/** How often the whole output tells something. */
const times = (played: Played, text: string): number => read(played).split(text).length - 1;

/** The output as a reader sees it, without the quotes of JSON. */
const read = ({ output }: Played): string => output.replaceAll('\\"', '"');

function expectReadable({ output, exitCode }: Played): void {
  expect(exitCode, output).to.equal(2);
  expect(output).to.not.match(/Traceback|jinja|is undefined|Validation of arguments/i);
  for (const line of output.split('\n')) expect(line).to.have.length.below(700);
}

/** What a tired hand writes, and the beginning of the line that it gets. */
const wrong: readonly (readonly [name: string, value: unknown, answer: string])[] = [
  [
    'operation',
    'delete_vm',
    'PVE-VAR-002 proxmox_operation: is "delete_vm"; must be one of create_vm; remove it: a VM is removed by proxmox_vm_state: absent',
  ],
  ['vm_memory', '4G', 'PVE-VAR-002 proxmox_vm_memory: is "4G"; must be a number; write it like 4096 (MiB)'],
  ['vm_cores', [2], 'PVE-VAR-002 proxmox_vm_cores: is [2]; must be a number; write it like 1'],
  ['vm_onboot', 'nope', 'PVE-VAR-002 proxmox_vm_onboot: is "nope"; must be yes or no; write true or false'],
  [
    'vm_bios',
    'ovfm',
    'PVE-VAR-002 proxmox_vm_bios: is "ovfm"; must be one of seabios, ovmf; did you mean ovmf?',
  ],
  [
    'vm_networks',
    'virtio,bridge=vmbr0',
    'PVE-VAR-002 proxmox_vm_networks: is "virtio,bridge=vmbr0"; must be a dictionary; write it like {"net0":"virtio,bridge=vmbr0,firewall=1"}',
  ],
  ['vm_tags', 7.5, ''],
  ['vm_cloud_image_url', 5, 'PVE-IMG-002 proxmox_vm_cloud_image_url: is "5"; must be'],
  [
    'vm_cloud_init_ssh_keys',
    { me: 'ssh-rsa A' },
    'PVE-VAR-002 proxmox_vm_cloud_init_ssh_keys[0]: is {"me":"ssh-rsa A"}; must be a text',
  ],
  ['vm_cloud_init_ssh_keys_file', ['a'], ''],
  ['vm_cloud_init_user_data_file', 5, ''],
  ['vm_create_clones', 'maybe', 'PVE-VAR-002 proxmox_vm_create_clones: is "maybe"; must be yes or no'],
  ['vm_clones', 3, 'PVE-VAR-002 proxmox_vm_clones'],
  ['vms', [], ''],
  ['cloud_image_urls', 'debian', 'PVE-VAR-002 proxmox_cloud_image_urls: is "debian"; must be a dictionary'],
  ['retries', 'thrice', 'PVE-VAR-002 proxmox_retries: is "thrice"; must be a number'],
];

describe('mistakes in a play', function () {
  this.timeout(300_000);

  it('are told by stage 1, all of them and each once, with what was found and the way out; the name that is missing, too', async () => {
    const values = wrong.map(([name, value]) => [`proxmox_${name}`, value] as const);
    const played = await run([making(Object.fromEntries([...values, ['proxmox_vm_vmid', 200], ['proxmox_vm_memroy', 1]]))]);

    expectReadable(played);
    const answers = wrong.map(([, , answer]) => answer).filter(answer => answer !== '');
    for (const answer of [
      ...answers,
      NODE,
      'PVE-VAR-003 proxmox_vm_name: is not set; set proxmox_vm_name',
      'PVE-VAR-001 proxmox_vm_memroy: is no variable of the role; did you mean proxmox_vm_memory?',
    ])
      expect(times(played, answer), `${answer}\n${played.output}`).to.equal(1);
  });

  it('in the entries of several VMs are told of each by its name, and in their clones', async () => {
    const played = await run(
      makingAll([
        { name: 'db', vmid: 200, memory: '4G', onboot: 'nope', vmid_reserved: 'x', memry: 5, ip: 'dhcp' },
        {
          name: 'web',
          vmid: 201,
          create_clones: true,
          clones: [{ name: 'c', vmid: 'x', memory: '2G', memry: 1 }],
        },
        { name: 'mail', vmid: 202, clones: 5, cloud_init_ip: ['10.0.0.1/24'] },
      ]),
    );

    expectReadable(played);
    for (const answer of [
      'PVE-VAR-002 proxmox_vm_memory: is "4G"; must be a number',
      'PVE-VAR-002 proxmox_vm_onboot: is "nope"; must be yes or no; write true or false',
      'PVE-VAR-001 proxmox_vm_memry: is no variable of the role; did you mean proxmox_vm_memory?',
      'PVE-VAR-001 proxmox_vm_ip: is no variable of the role; did you mean proxmox_vm_cloud_init_ip?',
      'PVE-VAR-002 proxmox_vm_vmid_reserved[0]: is "x"; must be a number',
      'PVE-VAR-002 proxmox_vm_clones[0].vmid: is "x"; must be a number',
      'PVE-VAR-002 proxmox_vm_clones[0].memory: is "2G"; must be a number; write it like 4096',
      'PVE-VAR-002 proxmox_vm_clones[0].memry: is not known; did you mean memory?',
    ])
      expect(times(played, answer), `${answer}\n${played.output}`).to.equal(1);
    for (const name of ['db', 'web', 'mail']) expect(played.output).to.contain(`fatal: [${name}`);
  });

  it('that leave nothing to make hosts of are told at once', async () => {
    const [first, second] = [{ name: 'web' }, ['web', { name: ['a'] }]].map(hostsOf);
    const played = await run([{ ...onController, tasks: [{ block: [first], rescue: [second] }] }]);

    expectReadable(played);
    for (const answer of [
      'proxmox_vms: is no list; write it as a list of {name: …}',
      'proxmox_vms[0]: is no dictionary; write it as {name: …}',
    ])
      expect(read(played), played.output).to.contain(answer);
  });
});
