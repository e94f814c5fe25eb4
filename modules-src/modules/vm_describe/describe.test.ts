import { Ajv } from 'ajv';
import { expect } from 'chai';
import fc from 'fast-check';
import { load } from 'js-yaml';
import { foundVm } from '../../pve/vms/fixtures/found-vm.ts';
import { described } from '../../pve/vms/fixtures/model-config.ts';
import { memoryCluster } from '../../pve/vms/fixtures/memory-cluster.ts';
import { modelNode, performSteps } from '../../pve/vms/fixtures/model-node.ts';
import { NEW_ID } from '../../pve/vms/fixtures/new-id.ts';
import { userDescription, withMarker } from '../../pve/vms/marker.ts';
import { parseVmConfig } from '../../pve/text/vm-config.ts';
import { validate } from '../../runtime/validate.ts';
import { schemaOf } from '../../sdk/json-schema.ts';
import vmConfigure from '../vm_configure/module.ts';
import { planConfigure, type Wanted } from '../vm_configure/plan.ts';
import { anyWantedVm } from '../vm_configure/wanted.fixture.ts';
import { planCreate } from '../vm_create/plan.ts';
import { observeGuests } from './observe.ts';
import type { Selection } from './params.ts';
import { descriptionReport } from './report.ts';

/** What the role says of a VM that nobody says anything of. */
const DEFAULTS = {
  ...{ cores: 2, sockets: 1, cpu_type: 'host', memory: 2048, balloon: 0, ostype: 'l26', onboot: true },
  ...{ scsihw: 'virtio-scsi-pci', protection: false, serial: true, uefi: false, tpm: false, gpu: [] },
  ...{ efi_pre_enrolled_keys: false, tpm_version: 'v2.0', disk_storage: 'local-lvm' },
  networks: { net0: 'virtio,bridge=vmbr0,firewall=1' },
  disks: { scsi0: 'local-lvm:32,format=raw' },
};

const OF_THE_ROLE = ['data_disks', 'data_holder', 'node', 'make_template', 'start_after_create', 'pool'];
const validator = new Ajv({ allErrors: true, strict: false }).compile(schemaOf(vmConfigure.params));

async function describe_(
  configs: Readonly<Record<number, string>>,
  selection: Selection = {},
  running = [100],
  unread: readonly number[] = [],
) {
  const model = modelNode(configs);
  for (const vmid of running) model.running.add(vmid);
  const known = Object.keys(configs).map(Number);
  const told = {
    readPools: () => Promise.resolve(new Map([[100, 'shop']])),
    listGuests: () =>
      Promise.resolve([
        ...known.map(vmid => ({ vmid, node: 'pve01', kind: 'qemu' as const })),
        ...unread.map(vmid => ({ vmid, node: 'pve03', kind: 'qemu' as const, isLost: true as const })),
      ]),
  };
  const found = await observeGuests(
    selection,
    { checkMode: false, problems: [] },
    memoryCluster(model, told),
  );
  const { text, remarks, vms } = descriptionReport({ defaults: DEFAULTS }, found);
  return {
    text,
    remarks,
    vms,
    entries: (load(text.replaceAll('!unsafe ', '')) as { proxmox_vms: Record<string, unknown>[] })
      .proxmox_vms,
  };
}

/** What vm_configure would do about the VM, for a role that made it: then defaults are wanted, too. */
function planned(entry: Readonly<Record<string, unknown>>, config: string) {
  const params = Object.fromEntries(Object.entries(entry).filter(([key]) => !OF_THE_ROLE.includes(key)));
  const { values, problems } = validate(vmConfigure, validator, { ...DEFAULTS, ...params });
  expect(problems).to.deep.equal([]);
  const wanted = { apply: 'live', shutdown_timeout: 60, ...values } as unknown as Wanted;
  return planConfigure(wanted, foundVm(config, {}, 100)).flat();
}

async function expectNothingPlanned(config: string): Promise<void> {
  const { text, entries } = await describe_({ 100: config });
  const steps = planned(entries[0]!, config);
  expect(
    steps.map(({ changes, summary }) => changes ?? summary),
    `${config}\n${text}`,
  ).to.deep.equal([]);
}

const SETTINGS: Readonly<Record<string, readonly string[]>> = {
  acpi: ['0'],
  agent: ['1', '0', 'enabled=1,fstrim_cloned_disks=1'],
  affinity: ['0-3,8'],
  args: ['-cpu host,+kvm_pv_unhalt "a b"'],
  balloon: ['0', '512'],
  bios: ['ovmf', 'seabios'],
  boot: ['order=scsi0;net0', 'cdn', 'c'],
  bootdisk: ['scsi0'],
  cicustom: ['user=local:snippets/mine.yaml'],
  cipassword: ['$5$salt$hash'],
  ciuser: ['on', 'debian'],
  cores: ['1', '4'],
  cpu: ['host', 'cputype=kvm64,flags=+aes;-pcid', 'custom-mine'],
  cpulimit: ['0.5'],
  cpuunits: ['2048'],
  description: ['notes', 'two%0Alines', '{{ not jinja }}', '1%3A30', 'ä%3A \'"'],
  efidisk0: [
    'local-lvm:vm-100-disk-1,efitype=4m,pre-enrolled-keys=1,size=4M',
    'local:100/vm-100-disk-1.qcow2,size=128K',
  ],
  hostpci0: ['0000:01:00.0,pcie=1,x-vga=1', 'mapping=gpu,rombar=0'],
  hotplug: ['disk', '0', '1', 'network,disk,usb,cpu'],
  ide2: [
    'none,media=cdrom',
    'local:iso/a b.iso,media=cdrom,size=4M',
    'local-lvm:vm-100-cloudinit,media=cdrom,size=4M',
  ],
  ipconfig0: ['ip=dhcp', 'ip=10.0.0.5/24,gw=10.0.0.1'],
  keyboard: ['de'],
  kvm: ['0'],
  lock: ['backup'],
  machine: ['q35', 'pc-q35-9.2+pve1', 'pc-i440fx-9.0', 'type=q35,viommu=intel'],
  memory: ['512', '16384', 'current=4096'],
  meta: ['creation-qemu=10.1.2,ctime=1700000000'],
  nameserver: ['1.1.1.1 9.9.9.9'],
  net0: ['virtio=BC:24:11:00:00:01,bridge=vmbr0', 'e1000=BC:24:11:00:00:01,bridge=vmbr1,tag=5,firewall=1'],
  net5: ['virtio=BC:24:11:00:00:05,bridge=vmbr0,link_down=1'],
  numa: ['1', '0'],
  numa0: ['cpus=0-1,memory=512'],
  onboot: ['0', '1'],
  ostype: ['l26', 'win11', 'other'],
  protection: ['1'],
  rng0: ['source=/dev/urandom'],
  sata0: ['/dev/disk/by-id/ata-X,size=1000204886016'],
  scsi0: [
    'local-lvm:vm-100-disk-0,discard=on,iothread=1,size=32G',
    'local:100/vm-100-disk-0.qcow2,size=2304M',
  ],
  scsi1: [
    'tank:base-9000-disk-0/vm-100-disk-2,size=10G',
    'local:100/vm-100-disk-2.raw,backup=0,size=1000003',
  ],
  scsihw: ['virtio-scsi-single', 'lsi'],
  searchdomain: ['a.test b.test'],
  serial0: ['socket', '/dev/ttyS0'],
  serial1: ['socket'],
  shares: ['2000'],
  smbios1: [
    'uuid=3e0f0d43-7d55-4a4d-8f5d-2f6f2d3f6a11',
    'uuid=3e0f0d43-7d55-4a4d-8f5d-2f6f2d3f6a11,serial=QQ==,base64=1',
  ],
  sshkeys: ['ssh-ed25519%20AAAA%20me%0Assh-rsa%20BBBB'],
  startup: ['order=1,up=30', '2'],
  tablet: ['0'],
  tags: ['web;prod', 'a'],
  template: ['1'],
  tpmstate0: ['local-lvm:vm-100-disk-3,size=4M,version=v2.0', 'tank:vm-100-disk-3,size=4M'],
  unused0: ['local-lvm:vm-100-disk-9'],
  usb0: ['host=1234:5678'],
  vga: ['std', 'serial0', 'virtio,memory=32', 'none'],
  virtio0: ['local-lvm:vm-100-disk-4,size=1.5G'],
  vmgenid: ['a4d5f5e0-0000-4000-8000-000000000001', '0'],
  watchdog: ['model=i6300esb,action=reset'],
};

const anyConfig = fc
  .tuple(
    ...Object.entries(SETTINGS).map(([key, values]) =>
      fc
        .option(fc.constantFrom(...values), { nil: undefined })
        .map(value =>
          value === undefined
            ? ''
            : key === 'description'
              ? `#${value.replace('%0A', '\n#')}\n`
              : `${key}: ${value}\n`,
        ),
    ),
  )
  .map(lines => `${lines.sort().join('')}name: web-01\n`);

describe('a described VM', () => {
  it('leaves nothing to do, whatever its settings are', () =>
    fc.assert(fc.asyncProperty(anyConfig, expectNothingPlanned), { numRuns: 200 }));

  it('leaves nothing to do when the role has made it and its mark is gone', () =>
    fc.assert(
      fc.asyncProperty(anyWantedVm, async wanted => {
        const model = modelNode();
        const nothing = { ...foundVm(undefined), newId: NEW_ID };
        performSteps(model, planCreate({ ...wanted, vmid: 100 }, nothing).flat());
        const config = model.configs.get(100) ?? '';
        const { description } = Object.fromEntries(parseVmConfig(config)) as { description?: string };
        const notes = userDescription(description ?? '')
          .split('\n')
          .map(line => `#${encodeURIComponent(line)}\n`);
        await expectNothingPlanned(notes.join('') + config.replace(/^(?:#|description:).*\n/gm, ''));
      }),
    ));
});

const FILE = `---
proxmox_vms:
  # cloud_init_password: there is one, and nobody can read it; with a cloud image, take it from a vault
  # cloud_init_ssh_keys, which need a cloud image:
  #   - ssh-rsa AAAA
  # unused0: local-lvm:vm-100-disk-3 is a disk that no drive uses
  - name: web
    vmid: 100
    node: pve01
    cpu_type: kvm64
    memory: 4096
    ostype: other
    scsihw: lsi
    onboot: false
    tags: [prod, web]
    networks: {}
    serial: false
    disks:
      scsi0: "local-lvm:8"
    extra_config:
      balloon: ""
    pool: shop
  - name: golden
    vmid: 101
    node: pve01
    disk_storage: tank
    cores: 1
    cpu_type: kvm64
    memory: 512
    ostype: other
    scsihw: lsi
    onboot: false
    networks: {}
    disks:
      scsi0: "tank:2"
    extra_config:
      balloon: ""
    make_template: true
`;

describe('a description', () => {
  const WEB = `name: web\nmemory: 4096\ncores: 2\nscsi0: local-lvm:vm-100-disk-0,size=8G\ncipassword: $5$secret\nsshkeys: ssh-rsa%20AAAA\nunused0: local-lvm:vm-100-disk-3\ntags: prod;web\n`;
  const TEMPLATE =
    'name: golden\ntemplate: 1\nscsi0: tank:base-101-disk-0,size=2G\nvga: serial0\nserial0: socket\n';

  it('has what differs from the defaults, and no password', async () => {
    const { text } = await describe_({ 100: WEB, 101: TEMPLATE });

    expect(text).to.equal(FILE);
    expect(text).not.to.contain('secret');
  });

  it('chooses by VMID, name, pool, tag and node', async () => {
    const both = { 100: WEB, 101: TEMPLATE };
    const names = async (selection: Selection) =>
      (await describe_(both, selection)).vms.map(vm => vm['name']);

    expect(await names({ vmids: [101] })).to.deep.equal(['golden']);
    expect(await names({ names: ['web', 'golden'], tags: ['prod'] })).to.deep.equal(['web']);
    expect(await names({ pools: ['shop'] })).to.deep.equal(['web']);
    expect(await names({ nodes: ['pve01'] })).to.deep.equal(['web', 'golden']);
  });

  it('is of the lines that the role writes, whatever ends a line in a key or in notes', async () => {
    const breaks = ['\r', '\u0085', '\u2028', '\u2029', '\u007f', '\u0099', '\u{feff}', '\ufffe'];
    const texts = breaks.map(found => `me${found}  - name: not-theirs`);
    const keys = encodeURIComponent(texts.map(text => `ssh-rsa AAAA ${text}`).join('\n'));
    const notes = texts.map(text => `#${encodeURIComponent(text)}\n`).join('');
    const { text, entries } = await describe_({ 100: `${notes}${WEB}sshkeys: ${keys}\n` });

    expect(text).to.match(/^[\n -~]*$/);
    expect(entries.map(entry => entry['name'])).to.deep.equal(['web']);
    expect(entries[0]).to.include({ description: texts.join('\n') });
  });

  it('refuses what is not there', async () => {
    const refused = await describe_({ 100: WEB }, { names: ['wbe'], vmids: [7] }).catch(String);

    expect(refused).to.contain('no VM has "wbe"').and.to.contain('no VM has "7"');
  });

  it('tells which VMs it cannot describe', async () => {
    const { remarks, entries } = await describe_({
      100: WEB,
      101: 'memory: 16\n',
      102: WEB,
      103: 'lock: clone\n',
    });

    expect(entries).to.have.length(1);
    expect(remarks).to.have.length(3);
    expect(remarks.join('\n')).to.match(
      /VM 101 .* has no name.*\nVM 102 .* has the name web of VM 100.*\nVM 103 .* is not whole/,
    );
  });

  it('tells the VMs of a node that is down as far as they may be meant, and refuses no name that may be theirs', async () => {
    const remarksOn = async (selection: Selection) =>
      (await describe_({ 100: WEB }, selection, [], [300, 301])).remarks;

    expect(await remarksOn({})).to.have.lengthOf(1);
    expect((await remarksOn({ names: ['web', 'db'] }))[0]).to.match(/VM 300, VM 301 on pve03: .* start it/);
    expect((await remarksOn({ vmids: [100, 301] }))[0]).to.match(/VM 301 on pve03/);
    expect(await remarksOn({ nodes: ['pve03'] })).to.have.lengthOf(1);
    expect(await remarksOn({ pools: ['shop'] })).to.deep.equal([]);
    expect(await remarksOn({ vmids: [7] }).catch(String)).to.contain('no VM has "7"');
  });

  it('does not take a disk of a VM that nobody tells of for one of its own', async () => {
    const configs = { 100: `${WEB}scsi2: local-lvm:vm-900-pgdata,size=20G\n` };
    const { entries, remarks } = await describe_(configs, {}, [], [900]);

    expect(entries).to.deep.equal([]);
    expect(remarks.join()).to.contain('VM 100 on pve01 has a disk of VM 900, which cannot be looked at');
  });

  it('has data disks as such, and leaves out what holds them', async () => {
    const notes = described(withMarker('', { vmid: 900, holder: true }));
    const { entries, remarks } = await describe_({
      100: `${WEB}scsi2: local-lvm:vm-900-pgdata,discard=on,iothread=1,size=20G\nscsi3: tank:vm-900-wal,size=4G\n`,
      900: `${notes}name: proxmox-role-data\nprotection: 1\n`,
    });

    expect(entries).to.have.length(1);
    expect(entries[0]).to.deep.include({
      disks: { scsi0: 'local-lvm:8' },
      data_holder: 900,
      data_disks: {
        scsi2: { name: 'pgdata', size: '20G', discard: 'on', iothread: true },
        scsi3: { name: 'wal', size: '4G', storage: 'tank' },
      },
    });
    expect(remarks.join()).to.contain('VM 900 on pve01 holds the data disks');
  });

  it('is a file also for nothing', async () => {
    expect((await describe_({})).text).to.equal('---\nproxmox_vms: []\n');
  });
});
