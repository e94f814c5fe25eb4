import { expect } from 'chai';
import { grantCommands } from '../../../pve/access/grants.ts';
import { parseVmConfig } from '../../../pve/text/vm-config.ts';
import { goodWanted } from '../broken-worlds/world.fixture.ts';
import type { Wanted } from '../params.ts';
import { needsOf } from './needs.ts';
import { permissionCommands } from './permissions.ts';

const NOTHING = { configOf: () => undefined, imageStorage: 'local', driveStorage: 'local' };
const needs = (wanted: Wanted, found: Parameters<typeof needsOf>[1] = NOTHING): readonly string[] =>
  needsOf(wanted, found)
    .map(({ path, privilege }) => `${path} ${privilege}`)
    .sort();

const plain: Wanted = {
  vm_vmid: 200,
  vm_name: 'web',
  vm_node: 'pve01',
  vm_state: 'present',
  vm_memory: 2048,
  vm_cores: 2,
  disk_storage: 'local-lvm',
  vm_disks: { scsi0: 'local-lvm:32' },
  vm_networks: { net0: 'virtio,bridge=vmbr0,tag=20' },
};

describe('what a run needs of a token', () => {
  it('is told for a plain VM: to see, make, set, boot and start it, space, and its bridge with the VLAN', () => {
    expect(needs(plain)).to.deep.equal([
      '/sdn/zones/localnetwork/vmbr0/20 SDN.Use',
      '/storage/local-lvm Datastore.AllocateSpace',
      '/vms/200 VM.Allocate',
      '/vms/200 VM.Audit',
      '/vms/200 VM.Config.CPU',
      '/vms/200 VM.Config.Disk',
      '/vms/200 VM.Config.Memory',
      '/vms/200 VM.Config.Network',
      '/vms/200 VM.Config.Options',
      '/vms/200 VM.PowerMgmt',
    ]);
  });

  it('is less where no start is wanted, and where the VM is there as it should be', () => {
    expect(needs({ ...plain, vm_start_after_create: false })).not.to.include('/vms/200 VM.PowerMgmt');
    const config = parseVmConfig(
      'name: web\ncores: 2\nmemory: 2048\nnet0: virtio=BC:24:11:00:00:01,bridge=vmbr0,tag=20\nscsi0: local-lvm:vm-200-disk-0,size=32G\n',
    );

    expect(needs(plain, { ...NOTHING, configOf: () => config })).to.deep.equal([
      '/vms/200 VM.Audit',
      '/vms/200 VM.PowerMgmt',
    ]);
  });

  it('is space where a full clone goes, which grows there, and none where its template is', () => {
    const clones = [{ name: 'c', vmid: 300, full: true, start: false, storage: 'fast', disk_size: '40G' }];
    const config = parseVmConfig('name: web\ntemplate: 1\nscsi0: slow:base-200-disk-0,size=8G\n');
    const found = needs(
      { ...goodWanted, vm_name: 'web', vm_vmid: 200, vm_create_clones: true, vm_clones: clones },
      { ...NOTHING, configOf: (vmid: number) => (vmid === 200 ? config : undefined) },
    );

    expect(found).to.include('/storage/fast Datastore.AllocateSpace');
    expect(found).not.to.include('/storage/slow Datastore.AllocateSpace');
  });

  it('is asked on the pool of a VM that is made there, and on all VMs where the VMID comes from a range', () => {
    expect(needs({ ...plain, vm_pool: 'shop' }).filter(one => one.includes('VM.'))).to.deep.equal(
      needs(plain)
        .filter(one => one.includes('VM.'))
        .map(one => one.replace('/vms/200', '/pool/shop')),
    );
    expect(needs({ ...plain, vm_vmid: undefined, vm_vmid_range: '300-399' })).to.include('/vms VM.Allocate');
  });

  it('is told for an image, a template and its clones', () => {
    const all = needs({ ...goodWanted, vm_state: 'present' });

    expect(all).to.include.members([
      '/storage/local Datastore.AllocateTemplate',
      '/storage/local Datastore.AllocateSpace',
      '/storage/local-lvm Datastore.AllocateSpace',
      '/vms/9000 VM.Clone',
      '/vms/9000 VM.Config.Disk',
      '/vms/9000 VM.Config.Cloudinit',
      '/vms/9000 VM.Config.CDROM',
    ]);
    expect(all)
      .not.to.include('/vms/9000 VM.PowerMgmt')
      .and.not.to.include('/storage/local Datastore.Allocate');
  });

  it('is to reach servers where the node is to download the image itself, and to remove images where old ones go', () => {
    const image = { ...goodWanted, vm_state: 'present', vm_node: 'pve01' } as const;

    expect(needs({ ...image, cloud_image_via: 'node' })).to.include('/nodes/pve01 Sys.AccessNetwork');
    expect(needs({ ...image, cloud_image_via: 'auto' })).not.to.include('/nodes/pve01 Sys.AccessNetwork');
    expect(needs({ ...image, cloud_image_prune_days: 30 })).to.include('/storage/local Datastore.Allocate');
  });

  it('is to see who else names a template, where generations of it go', () => {
    const rotating = {
      ...goodWanted,
      vm_make_template: true,
      vm_template_rotate: true,
      vm_state: 'present',
    } as const;

    expect(needs(rotating)).to.include('/ Sys.Audit');
    expect(needs({ ...rotating, vm_template_rotate: false })).not.to.include('/ Sys.Audit');
  });

  it('is more where generations are tested: to clone and start one, on its bridge, and to run programs in it', () => {
    const rotating: Wanted = {
      ...{ ...goodWanted, vm_make_template: true, vm_template_rotate: true, vm_create_clones: false },
      ...{ vm_vmid: undefined, vm_state: 'present', vm_template_test_bridge: 'vmbr9' },
    };
    const without = new Set(needs(rotating));

    expect(needs({ ...rotating, vm_template_test: 'boot' }).filter(one => !without.has(one))).to.deep.equal([
      '/sdn/zones/localnetwork/vmbr9 SDN.Use',
      '/vms VM.Clone',
      '/vms VM.GuestAgent.Unrestricted',
      '/vms VM.PowerMgmt',
    ]);
  });

  it('is told for texts: a drive of our own is sent, attached and removed, and has the servers of the node', () => {
    const texts = { ...goodWanted, vm_state: 'present', api_host: 'pve.test', vm_node: 'pve01' } as const;
    const all = {
      ...texts,
      vm_cloud_init_user_data: 'packages: [htop]',
      vm_cloud_init_ip: '192.0.2.9/24',
      vm_cloud_init_dns: [],
    };

    expect(needs(all)).to.include.members([
      '/storage/local Datastore.Allocate',
      '/storage/local Datastore.AllocateTemplate',
      '/nodes/pve01 Sys.Audit',
    ]);
    expect(needs({ ...all, api_host: undefined, permissions: true })).to.deep.equal(needs(all));
    expect(needs({ ...all, vm_cloud_init_dns: ['192.0.2.1'] })).not.to.include('/nodes/pve01 Sys.Audit');
    expect(needs({ ...all, vm_cloud_init_drive: 'pve' })).not.to.include('/storage/local Datastore.Allocate');
  });

  it('is told for data disks: their holder is made and looked at, its volumes are attached and grow, and no VM is overlooked that has one', () => {
    const wanted: Wanted = {
      ...plain,
      vm_data_disks: { scsi2: { name: 'pgdata', size: '1G', storage: 'tank' } },
      vm_data_holder: 900,
    };
    const more = needs(wanted).filter(one => !needs(plain).includes(one));

    expect(more).to.deep.equal([
      '/storage/tank Datastore.AllocateSpace',
      '/storage/tank Datastore.Audit',
      '/vms VM.Audit',
      '/vms/900 VM.Allocate',
      '/vms/900 VM.Audit',
      '/vms/900 VM.Clone',
      '/vms/900 VM.Config.Disk',
      '/vms/900 VM.Config.Options',
    ]);
  });

  it('is told for a new system: the old one is stopped, its disk goes, and nothing else is to have it', () => {
    const image: Wanted = {
      ...plain,
      vm_disks: {},
      vm_cloud_image_url: 'https://a.test/b.qcow2',
      vm_wait_for: 'agent',
    };
    const more = needs({ ...image, vm_replace: 'when-image-changed' }).filter(
      one => !needs(image).includes(one),
    );

    expect(more).to.deep.equal(['/ Sys.Audit', '/vms VM.Audit']);
  });

  it('is what an absence needs: nothing but to see, stop and remove', () => {
    expect(
      needs({ ...plain, vm_state: 'absent' }, { ...NOTHING, configOf: () => parseVmConfig('name: web') }),
    ).to.deep.equal(['/vms/200 VM.Allocate', '/vms/200 VM.Audit', '/vms/200 VM.PowerMgmt']);
  });

  it('is told for what waits for the guest, as each version of Proxmox VE names it', () => {
    const waiting: Wanted = { ...plain, vm_wait_for: 'cloud-init' };

    expect(needs(waiting)).to.include('/vms/200 VM.GuestAgent.Unrestricted');
    expect(needsOf(waiting, NOTHING, '8.4.1')).to.deep.include({ path: '/vms/200', privilege: 'VM.Monitor' });
  });

  it('comes as commands for a playbook that has no token yet', () => {
    const commands = permissionCommands(plain);

    expect(commands.slice(0, 2)).to.deep.equal([
      "pveum user add 'ansible@pve'",
      "pveum user token add 'ansible@pve' role --privsep 1",
    ]);
    expect(commands.slice(2)).to.deep.equal(
      grantCommands(needsOf(plain, NOTHING), { user: 'ansible@pve', token: 'ansible@pve!role' }),
    );
    expect(permissionCommands({ ...plain, api_user: 'me@pam', api_token_id: 'x' })[0]).to.equal(
      "pveum user token add 'me@pam' x --privsep 1",
    );
  });
});
