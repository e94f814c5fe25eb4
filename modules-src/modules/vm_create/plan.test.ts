import { expect } from 'chai';
import fc from 'fast-check';
import { foundVm } from '../../pve/vms/fixtures/found-vm.ts';
import { madeVolumes } from '../../pve/vms/begun.ts';
import { modelNode, performSteps } from '../../pve/vms/fixtures/model-node.ts';
import { firstDescription, readMarker } from '../../pve/vms/marker.ts';
import { UserError } from '../../sdk/error.ts';
import type { Lane, QmAction } from '../../sdk/step.ts';
import { foundSnippets } from '../../pve/cloud-init/snippets.fixture.ts';
import { planCloudInit } from '../cloudinit_apply/plan.ts';
import { HASH, KEY, LOCAL } from '../cloudinit_apply/scene.fixture.ts';
import { planConfigure } from '../vm_configure/plan.ts';
import { anyWantedVm } from '../vm_configure/wanted.fixture.ts';
import { cloudInitOf, creationNotices } from './cloud-init.ts';
import { planCreate } from './plan.ts';
import type { Observed, Wanted } from './wanted.ts';
import { NEW_ID } from '../../pve/vms/fixtures/new-id.ts';

const wanted: Wanted = { vmid: 200, name: 'web-01', disk_storage: 'local-lvm' };

/** How a VM without disks is known again. */
const MARKER = { vmid: 200, id: NEW_ID, node: 'pve01' };

const found = (config?: string, more: Partial<Observed['record']> = {}): Observed => {
  const vm = foundVm(config);
  return { ...vm, record: vm.record && { ...vm.record, ...more }, newId: NEW_ID };
};

const actionOf = (lanes: readonly Lane[]): QmAction | undefined =>
  lanes[0]?.map(step => step.action).find(action => action.kind === 'qm');

const properties = (more: Partial<Wanted> = {}) =>
  actionOf(planCreate({ ...wanted, ...more }, found()))?.properties;

describe('a VM that is missing', () => {
  it('is created in one call', () => {
    const lanes = planCreate({ ...wanted, memory: 2048 }, found());

    expect(lanes).to.have.lengthOf(1);
    expect(lanes[0]).to.have.lengthOf(1);
    expect(actionOf(lanes)).to.deep.include({ verb: 'create', vmid: 200 });
  });

  it('gets its name and a marker of its own, and nothing that nobody asked for', () => {
    expect(properties()).to.deep.equal({
      name: 'web-01',
      description: firstDescription('', '', MARKER),
      vmgenid: NEW_ID,
    });
  });

  it('gets firmware, TPM, GPU and networks in the same call', () => {
    expect(
      properties({
        uefi: true,
        tpm: true,
        gpu: [{ id: '0000:01:00', pcie: true }],
        networks: { net0: 'virtio,bridge=vmbr0' },
        pool: 'prod',
        tags: ['web', 'prod'],
      }),
    ).to.deep.include({
      bios: 'ovmf',
      machine: 'q35',
      efidisk0: 'local-lvm:1,efitype=4m,pre-enrolled-keys=0',
      tpmstate0: 'local-lvm:1,version=v2.0',
      hostpci0: '0000:01:00,pcie=1',
      net0: 'virtio,bridge=vmbr0',
      pool: 'prod',
      tags: 'web;prod',
    });
  });

  it('keeps the user’s notes above the marker', () => {
    expect(properties({ description: 'my notes\n' })?.['description']).to.equal(
      firstDescription('my notes', '', MARKER),
    );
  });

  it('notes the disks that it is made with, and nothing that was there before', () => {
    const { description } = properties({
      uefi: true,
      disks: { scsi1: 'local-lvm:8', scsi2: 'local-lvm:vm-200-disk-7', ide2: 'none,media=cdrom' },
    }) as { readonly description: string };

    expect(readMarker(description, 200)?.disks).to.deep.equal({ scsi1: 8 * 1024 ** 3, efidisk0: 0 });
  });

  it('has the vmgenid that the user gives, and none where its machine has no place for it', () => {
    const given = '11111111-2222-4333-8444-555555555555';

    expect(properties({ extra_config: { vmgenid: given } })).to.include({ vmgenid: given });
    expect(properties({ extra_config: { vmgenid: '0' } })).to.include({ vmgenid: '0' });
    expect(properties({ extra_config: { vmgenid: '1' } })).to.include({ vmgenid: NEW_ID });
    expect(properties({ arch: 'aarch64' })).not.to.have.property('vmgenid');
  });

  it('is shown in the diff without the marker', () => {
    const [[step] = []] = planCreate({ ...wanted, description: 'notes', cores: 2 }, found());

    expect(step?.changes).to.deep.equal([
      { key: 'name', before: undefined, after: 'web-01' },
      { key: 'cores', before: undefined, after: '2' },
      { key: 'description', before: undefined, after: 'notes' },
    ]);
  });

  it('gets no empty values, which PVE would keep as empty lines', () => {
    expect(properties({ tags: [] })).to.not.have.property('tags');
  });
});

describe('the cloud-init of a new VM', () => {
  const cloudInit: Partial<Wanted> = {
    cloud_init_enabled: true,
    cloud_init_type: 'nocloud',
    cloud_init_user: 'deploy',
    cloud_init_ssh_keys: [KEY],
    cloud_init_ip: '192.0.2.10/24',
    cloud_init_gw: '192.0.2.1',
  };
  const material = {
    id: NEW_ID,
    snippetStorage: LOCAL,
    driveStorage: undefined,
    usesOwnDrive: false,
    passwordHash: HASH,
    fileKeys: [],
    fileTexts: new Map(),
  };
  const plan = (more: Partial<Wanted> = {}) =>
    planCreate({ ...wanted, ...cloudInit, ...more }, { ...found(), material });

  it('of Windows is a password as it stands, without anything that only Linux knows', () => {
    const windows = { ...material, passwordHash: 'secret', isWindows: true };
    const wish = { ostype: 'win11', agent: 'yes', serial: true, cloud_init_install_agent: true } as const;
    const more = { ...cloudInit, ...wish, cloud_init_type: undefined, cloud_init_user: 'ubuntu' };
    const [lane = []] = planCreate({ ...wanted, ...more }, { ...found(), material: windows });
    const created = actionOf([lane])?.properties ?? {};

    expect(lane).to.have.lengthOf(1);
    expect(created).to.deep.include({ cipassword: { secret: 'secret' }, agent: 'enabled=1' });
    expect(created).to.not.have.any.keys('citype', 'cicustom', 'ciuser', 'serial0', 'vga');
  });

  it('is part of the one call, but for the drive, so that a creation that dies leaves no volume', () => {
    const [lane = []] = plan();

    expect(lane).to.have.lengthOf(1);
    const created = actionOf([lane])?.properties ?? {};
    expect(created).to.deep.include({
      citype: 'nocloud',
      ciuser: 'deploy',
      ipconfig0: 'ip=192.0.2.10/24,gw=192.0.2.1',
      sshkeys: { file: `${KEY}\n` },
      cipassword: { secret: HASH },
    });
    expect(madeVolumes(created)).to.deep.equal([]);
  });

  it('is what cloudinit_apply would set, so that only the drive is left for it', () => {
    const node = modelNode();
    performSteps(node, plan({ cloud_init_vendor_data: 'a: 1\n' }).flat());
    const made = found(node.configs.get(200));
    const observed = {
      ...material,
      vm: made,
      others: [],
      snippetTexts: node.files,
      ownSnippets: foundSnippets(node.files.keys()),
      isoImages: [],
    };
    const [lane = []] = planCloudInit(
      { ...cloudInitOf({ ...wanted, ...cloudInit, cloud_init_vendor_data: 'a: 1\n' }), storage: 'local' },
      { ...observed, customTexts: new Map(), drive: undefined, resolver: { servers: [], domains: [] } },
    );

    expect(actionOf([lane])?.properties).to.deep.equal({ scsi30: 'local:cloudinit' });
    expect(lane).to.have.lengthOf(1);
  });

  it('is marked with all that keeps it from being the current one', () => {
    for (const waits of [{ untested: true }, { held: true }]) {
      const [lane = []] = plan({ generation: { family: 'debian', number: 2, ...waits } });

      expect(JSON.stringify(lane)).to.contain(JSON.stringify(waits).slice(1, -1).replaceAll('"', '\\"'));
    }
  });

  it('has its snippets written once the VM is there, under the host name of its family', () => {
    const generation = { family: 'debian', number: 2 };
    const [lane = []] = plan({ generation, cloud_init_user_data: 'packages: [htop]\n' });

    expect(lane.map(({ action }) => action.kind)).to.deep.equal(['qm', 'put-snippet']);
    expect(actionOf([lane])?.properties).to.include({
      cicustom: 'user=local:snippets/proxmox-role-200-0c0ffee0-user.yaml',
    });
    const [, written] = lane.map(({ action }) => action);
    expect(written?.kind === 'put-snippet' && written.content).to.contain('hostname: debian\n');
  });

  it('comes with warnings about what cloud-init would ignore, once', () => {
    const more = { ...wanted, ...cloudInit, cloud_init_user_data: 'pakages: [htop]\n' };

    expect(creationNotices(more, material).warnings?.join()).to.contain('pakages');
    expect(creationNotices(more, undefined)).to.deep.equal({});
  });

  it('is refused before anything is made when it cannot be', () => {
    expect(() => plan({ cloud_init_gw: undefined })).to.throw(UserError, 'and no gateway');
  });

  it('is nothing unless it is asked for', () => {
    expect(properties(cloudInit)).not.to.have.any.keys('ciuser', 'sshkeys');
  });
});

describe('the boot order of a new VM', () => {
  it('begins with its first disk, then the network', () => {
    expect(properties({ disks: { scsi0: 'local-lvm:32' }, networks: { net0: 'virtio' } })?.['boot']).to.equal(
      'order=scsi0;net0',
    );
    expect(properties({ disks: { virtio0: 'local-lvm:32' } })?.['boot']).to.equal('order=virtio0');
  });

  it('begins with a disk, not with the CD-ROM that stands before it', () => {
    expect(
      properties({ disks: { ide2: 'local:iso/debian.iso,media=cdrom', scsi0: 'local-lvm:32' } })?.['boot'],
    ).to.equal('order=scsi0;ide2');
  });

  it('is left to the import when the disk comes from an image', () => {
    expect(properties({ disks: { scsi0: 'local-lvm:32' }, image_disk: 'scsi0' })).to.not.have.any.keys(
      'boot',
      'scsi0',
    );
  });

  it('is what the user wants', () => {
    expect(properties({ disks: { scsi0: 'local-lvm:32' }, boot_order: 'order=net0' })?.['boot']).to.equal(
      'order=net0',
    );
  });
});

describe('a VM that exists', () => {
  it('under its name is left alone, whatever its settings are', () => {
    expect(planCreate({ ...wanted, memory: 8192 }, found('name: web-01\nmemory: 512\n'))).to.deep.equal([]);
  });

  it('on another node of the cluster is left alone', () => {
    expect(planCreate(wanted, found('name: web-01\n', { node: 'pve02' }))).to.deep.equal([]);
  });

  it('under another name is refused', () => {
    expect(() => planCreate(wanted, found('name: db-01\n'))).to.throw(
      UserError,
      'cannot create VM 200 (web-01): VM 200 on node pve01 is named "db-01", not "web-01"',
    );
  });

  it('as a container is refused', () => {
    expect(() => planCreate(wanted, found('hostname: web-01\n', { kind: 'lxc' }))).to.throw(
      UserError,
      'container',
    );
  });

  it('half-made by a run that died is refused with the way to remove it', () => {
    expect(() => planCreate(wanted, found('lock: create\n'))).to.throw(UserError, 'qm destroy 200');
  });
});

describe('a stub that a run of ours has left', () => {
  it('for this VM is removed without a look for volumes, and the VM is made', () => {
    const [lane = []] = planCreate(wanted, found('lock: create\n', { begunAs: 'web-01' }));

    expect(lane.map(({ action }) => action)).to.deep.equal([
      { kind: 'qm', verb: 'destroy', vmid: 200, properties: { skiplock: true } },
      actionOf(planCreate(wanted, found())),
    ]);
  });

  it('for a VM of another name is refused', () => {
    expect(() => planCreate(wanted, found('lock: create\n', { begunAs: 'db-01' }))).to.throw(UserError);
  });
});

describe('for whatever is wanted', () => {
  it('a new VM leaves nothing to create and nothing to configure', () => {
    fc.assert(
      fc.property(anyWantedVm, wanted => {
        const node = modelNode();
        performSteps(node, planCreate(wanted, found()).flat());
        const made = found(node.configs.get(200));

        expect(planCreate(wanted, made)).to.deep.equal([]);
        expect(planConfigure(wanted, made)).to.deep.equal([]);
      }),
    );
  });
});
