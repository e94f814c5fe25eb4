import { expect } from 'chai';
import { load } from 'js-yaml';
import { modelNode, performSteps } from '../../pve/vms/fixtures/model-node.ts';
import { readMarker } from '../../pve/vms/marker.ts';
import type { SnippetKind } from '../../pve/text/cloud-init-volumes.ts';
import type { Step } from '../../sdk/step.ts';
import { planClones } from './plan.ts';
import type { Clone } from './wanted.ts';
import {
  KEY,
  TEMPLATE,
  wanted,
  look,
  lane,
  calls,
  verbs,
  setOf,
  descriptionOf,
  refusalOf,
  made,
  type Scene,
} from './scene.fixture.ts';
import { NEW_ID } from '../../pve/vms/fixtures/new-id.ts';

const markOf = (steps: readonly Step[]): string => {
  const description = calls(steps).find(({ verb }) => verb === 'clone')?.properties['description'];
  return typeof description === 'string' ? description : '';
};

describe('a clone that is missing', () => {
  it('is made, told apart from its template, and started', () => {
    expect(verbs(lane({ start: true, memory: 4096 }))).to.deep.equal(['clone', 'set', 'start']);
    expect(verbs(lane({ start: false, memory: 4096 }))).to.deep.equal(['clone', 'set']);
  });

  it('that differs in nothing but its name takes one call', () => {
    expect(verbs(lane({ start: false }))).to.deep.equal(['clone']);
  });

  it('is linked unless a full copy is wanted', () => {
    const properties = (more: Partial<Clone>) => calls(lane(more))[0]?.properties;

    expect(properties({})).to.deep.include({ newid: 301, name: 'web-01', full: undefined });
    expect(properties({ full: true, storage: 'tank' })).to.deep.include({ full: true, storage: 'tank' });
  });

  it('names no storage for a linked copy, because PVE refuses that', () => {
    expect(calls(lane({ storage: 'tank' }))[0]?.properties['storage']).to.equal(undefined);
  });

  it('gets a marker of its own that names its template and its image', () => {
    const description = markOf(lane({}));

    expect(description).to.match(/^golden\n/);
    expect(readMarker(description, 301)).to.deep.equal({
      vmid: 301,
      id: NEW_ID,
      image: 'noble.img',
      digest: 'sha256:ab',
      clonedFrom: 9000,
    });
  });

  it('gets its settings in the same call', () => {
    expect(
      setOf(
        lane({
          cores: 4,
          memory: 4096,
          tags: ['web'],
          user: 'me',
          ssh_keys: [KEY],
          dns: '1.1.1.1',
          domain: 'x.test',
        }),
      ),
    ).to.deep.include({
      cores: '4',
      memory: '4096',
      tags: 'web',
      ciuser: 'me',
      sshkeys: { file: `${KEY}\n` },
      nameserver: '1.1.1.1',
      searchdomain: 'x.test',
    });
  });

  it('may differ from its template in any setting of the guest', () => {
    expect(
      setOf(
        lane({
          sockets: 2,
          cpu_type: 'x86-64-v2-AES',
          balloon: 512,
          onboot: true,
          networks: { net0: 'virtio,bridge=vmbr1,tag=7' },
          extra_config: { tablet: 0 },
        }),
      ),
    ).to.include({
      sockets: '2',
      cpu: 'x86-64-v2-AES',
      balloon: '512',
      onboot: '1',
      // Never the template's MAC address.
      net0: 'virtio,bridge=vmbr1,tag=7',
      tablet: '0',
    });
  });

  it('keeps what its template says where nothing else is wanted', () => {
    expect(setOf(lane({ memory: 2048, user: 'ubuntu' }))).to.equal(undefined);
  });

  it('is grown to its size, and never below the template’s', () => {
    expect(calls(lane({ disk_size: '32G' })).find(({ verb }) => verb === 'resize')?.properties).to.deep.equal(
      {
        disk: 'scsi0',
        size: '32G',
      },
    );
    expect(verbs(lane({ disk_size: '4G' }))).to.not.include('resize');
  });

  const bootDisks: readonly (readonly [string, string])[] = [
    [
      'virtio0',
      'boot: order=virtio0;net0\nscsi0: a:base-9000-disk-0,size=8G\nvirtio0: a:base-9000-disk-1,size=8G\n',
    ],
    ['scsi0', 'boot: order=net0\nefidisk0: a:base-9000-disk-1,size=4M\nscsi0: a:base-9000-disk-0,size=8G\n'],
    [
      'scsi1',
      'ide2: a:iso/x.iso,media=cdrom,size=4M\nscsi0: a:vm-9000-cloudinit,size=4M\nscsi1: a:base-9000-disk-0,size=8G\n',
    ],
  ];
  for (const [disk, drives] of bootDisks) {
    it(`has its size on the disk it boots from: ${disk} of ${JSON.stringify(drives)}`, () => {
      const node = modelNode({ 9000: `name: tpl\ntemplate: 1\n${drives}` });

      expect(
        calls(lane({ disk_size: '32G' }, { node })).find(({ verb }) => verb === 'resize')?.properties,
      ).to.deep.equal({
        disk,
        size: '32G',
      });
    });
  }

  it('without any disk is not grown', () => {
    expect(
      verbs(lane({ disk_size: '32G' }, { node: modelNode({ 9000: 'name: tpl\ntemplate: 1\n' }) })),
    ).to.not.include('resize');
  });

  it('bears its name in every step, so that its result can be told from others', () => {
    expect(lane({ start: true }).every(step => step.subject === 'web-01')).to.equal(true);
  });
});

describe('the address of a clone', () => {
  const template = (ipconfig0: string): Scene => ({
    node: modelNode({ 9000: TEMPLATE.replace('ip=dhcp', ipconfig0) }),
  });

  it('is by DHCP where none is given, never the template’s', () => {
    expect(setOf(lane({}, template('ip=192.0.2.10/24,gw=192.0.2.1')))).to.include({ ipconfig0: 'ip=dhcp' });
  });

  it('that is static has the template’s gateway where it has none of its own', () => {
    expect(setOf(lane({ ip: '192.0.2.11/24' }, template('ip=192.0.2.10/24,gw=192.0.2.1')))).to.include({
      ipconfig0: 'ip=192.0.2.11/24,gw=192.0.2.1',
    });
    expect(setOf(lane({ ip: '10.0.0.2/8', gw: '10.0.0.1' }))).to.include({
      ipconfig0: 'ip=10.0.0.2/8,gw=10.0.0.1',
    });
  });

  it('that is static is refused where nobody has a gateway', () => {
    expect(refusalOf(lane({ ip: '192.0.2.11/24' }))).to.contain('and no gateway, nor has its template');
  });

  it('has an IPv6 address of its own, and further ones by device', () => {
    expect(
      setOf(lane({ ip6: '2001:db8::11/64', gw6: '2001:db8::1', addresses: { net1: 'ip=10.0.0.5/24' } })),
    ).to.include({ ipconfig0: 'ip=dhcp,ip6=2001:db8::11/64,gw6=2001:db8::1', ipconfig1: 'ip=10.0.0.5/24' });
  });

  it('keeps the template’s automatic IPv6 and drops its static one', () => {
    expect(setOf(lane({}, template('ip=dhcp,ip6=auto')))).to.equal(undefined);
    expect(setOf(lane({}, template('ip=dhcp,ip6=2001:db8::10/64')))).to.include({ ipconfig0: 'ip=dhcp' });
  });
});

describe('the snippets of a template', () => {
  const snippets = new Map<SnippetKind, string>([
    ['vendor', 'packages: [htop]\n'],
    ['user', '#cloud-config\nhostname: tpl\nfqdn: tpl.example.test\n'],
  ]);
  const cicustom =
    'user=local:snippets/proxmox-role-9000-user.yaml,vendor=local:snippets/proxmox-role-9000-vendor.yaml';
  const scene = (): Scene => ({ snippets, node: modelNode({ 9000: `cicustom: ${cicustom}\n${TEMPLATE}` }) });

  it('are copied under the VMID of the clone, so that the template’s may go', () => {
    expect(setOf(lane({}, scene()))).to.include({ cicustom: cicustom.replaceAll('9000', '301-0c0ffee0') });
    expect(verbs(lane({}, scene()))).to.deep.equal(['clone', 'put-snippet', 'put-snippet', 'set']);
  });

  it('name the clone, its user and its keys', () => {
    const contents = lane({ user: 'me', ssh_keys: [KEY] }, scene()).flatMap(({ action }) =>
      action.kind === 'put-snippet' ? [load(action.content)] : [],
    );

    expect(contents).to.deep.include({
      hostname: 'web-01',
      fqdn: 'web-01.example.test',
      user: 'me',
      ssh_authorized_keys: [KEY],
    });
  });

  it('leave a clone that no storage can give copies', () => {
    const seen = { ...look(wanted({}), scene()), snippetStorage: undefined };

    expect(setOf(planClones(wanted({}), seen)[0] ?? [])).to.deep.include({ delete: ['cicustom'] });
  });
});

describe('a clone that exists', () => {
  it('needs nothing when it is as wanted', () => {
    expect(lane({}, { node: made() })).to.deep.equal([]);
    expect(lane({ memory: 4096, start: true }, { node: made({ memory: 4096, start: true }) })).to.deep.equal(
      [],
    );
  });

  it('gets only what differs', () => {
    const steps = lane({ memory: 4096 }, { node: made() });

    expect(verbs(steps)).to.deep.equal(['set']);
    expect(setOf(steps)).to.deep.equal({ memory: '4096' });
  });

  it('is started when it shall run and does not', () => {
    expect(verbs(lane({ start: true }, { node: made() }))).to.deep.equal(['start']);
  });

  it('that runs is not stopped', () => {
    expect(lane({ start: false }, { node: made({ start: true }) })).to.deep.equal([]);
  });

  it('gets its cloud-init drive anew when that changed and no start will do it', () => {
    const change = { user: 'me' };

    expect(verbs(lane(change, { node: made() }))).to.deep.equal(['set', 'cloudinit update']);
    expect(verbs(lane({ ...change, start: true }, { node: made() }))).to.deep.equal(['set', 'start']);
    expect(verbs(lane({ ...change, start: true }, { node: made({ start: true }) }))).to.deep.equal([
      'set',
      'cloudinit update',
    ]);
  });

  it('is finished when a run died after it was copied', () => {
    const node = modelNode({ 9000: TEMPLATE });
    performSteps(node, lane({ ip: '192.0.2.11/24', gw: '192.0.2.1' }, { node }).slice(0, 1));
    const steps = lane({ ip: '192.0.2.11/24', gw: '192.0.2.1' }, { node });

    expect(verbs(steps)).to.deep.equal(['set', 'cloudinit update']);
    expect(setOf(steps)).to.include({ ipconfig0: 'ip=192.0.2.11/24,gw=192.0.2.1' });
  });

  it('keeps an address that its entry does not mention, unless it is the template’s', () => {
    const address = (text: string) => ({ node: made({}, config => config.replace('ip=dhcp', text)) });

    expect(lane({}, address('ip=192.0.2.77/24,gw=192.0.2.1'))).to.deep.equal([]);
    const { node } = address('ip=192.0.2.10/24,gw=192.0.2.1');
    node.configs.set(9000, TEMPLATE.replace('ip=dhcp', 'ip=192.0.2.10/24,gw=192.0.2.1'));
    expect(setOf(lane({}, { node }))).to.deep.equal({ ipconfig0: 'ip=dhcp' });
  });

  it('without a mark of its own gets one, and keeps its notes', () => {
    const node = made({}, config => config.replace(/^#.*$/gm, '').replace(/\n+/g, '\n'));

    expect(readMarker(descriptionOf(lane({}, { node })), 301)).to.include({ clonedFrom: 9000 });
  });

  it('is never shrunk', () => {
    expect(lane({ disk_size: '8G' }, { node: made({ disk_size: '32G' }) })).to.deep.equal([]);
  });

  it('needs no template that is one, as long as nothing is to be made', () => {
    const node = made();
    node.configs.set(9000, TEMPLATE.replace('template: 1\n', ''));

    expect(lane({}, { node })).to.deep.equal([]);
  });
});
