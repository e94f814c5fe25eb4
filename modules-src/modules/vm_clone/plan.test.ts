import { expect } from 'chai';
import fc from 'fast-check';
import { load } from 'js-yaml';
import { modelNode, performSteps, type ModelNode } from '../../pve/fixtures/model-node.ts';
import { readMarker, withMarker } from '../../pve/marker.ts';
import type { FoundVm } from '../../pve/own-vm.ts';
import type { SnippetKind } from '../../pve/snippets.ts';
import { parseStorageConfig } from '../../pve/storage-config.ts';
import { parseVmConfig } from '../../pve/vm-config.ts';
import { UserError } from '../../sdk/error.ts';
import type { Lane, QmAction, Step } from '../../sdk/step.ts';
import { planClones, type Clone, type Observed, type Wanted } from './plan.ts';
import { cloneReport } from './report.ts';

const [LOCAL] = parseStorageConfig('dir: local\n\tpath /var/lib/vz\n\tcontent snippets,images\n');
const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5 me@example.test';
const encoded = (text: string): string =>
  text
    .split('\n')
    .map(line => `#${line.replaceAll(':', '%3A')}\n`)
    .join('');

const TEMPLATE = `${encoded(withMarker('golden', { vmid: 9000, image: 'noble.img', digest: 'sha256:ab' }))}boot: order=scsi0
citype: nocloud
ciuser: ubuntu
ipconfig0: ip=dhcp
memory: 2048
name: tpl
net0: virtio=BC:24:11:00:00:01,bridge=vmbr0
scsi0: local-lvm:base-9000-disk-0,size=8G
scsi1: local-lvm:vm-9000-cloudinit,media=cdrom
template: 1
`;

const clone = (more: Partial<Clone> = {}): Clone => ({
  name: 'web-01',
  vmid: 301,
  full: false,
  start: false,
  ...more,
});
const wanted = (...clones: Partial<Clone>[]): Wanted => ({
  vmid: 9000,
  name: 'tpl',
  clones: clones.map(clone),
});

interface Scene {
  readonly node?: ModelNode;
  readonly snippets?: ReadonlyMap<SnippetKind, string>;
  readonly storage?: Observed['snippetStorage'];
  readonly checkMode?: boolean;
}

/** What the module would observe on the model's node. */
function look(
  wishes: Wanted,
  { node = modelNode({ 9000: TEMPLATE }), snippets, storage = LOCAL, checkMode = false }: Scene = {},
): Observed {
  const found = (vmid: number): FoundVm => {
    const text = node.configs.get(vmid);
    return {
      record:
        text === undefined ? undefined : { vmid, node: 'pve01', kind: 'qemu', config: parseVmConfig(text) },
      localNode: 'pve01',
      running: node.running.has(vmid),
      assumed: false,
    };
  };
  return {
    template: found(wishes.vmid),
    templateSnippets: snippets ?? new Map(),
    snippetStorage: storage,
    clones: new Map(wishes.clones.map(({ vmid }) => [vmid, { vm: found(vmid), snippetTexts: node.files }])),
    checkMode,
  };
}

const plan = (wishes: Wanted, scene?: Scene): Lane[] => planClones(wishes, look(wishes, scene));
const lane = (more: Partial<Clone>, scene?: Scene): readonly Step[] => plan(wanted(more), scene)[0] ?? [];

const calls = (steps: readonly Step[]): QmAction[] =>
  steps.flatMap(({ action }) => (action.kind === 'qm' ? [action] : []));
const verbs = (steps: readonly Step[]): string[] =>
  steps.map(({ action }) => (action.kind === 'qm' ? action.verb : action.kind));
const setOf = (steps: readonly Step[]) => calls(steps).find(({ verb }) => verb === 'set')?.properties;
const descriptionOf = (steps: readonly Step[]): string => {
  const description = setOf(steps)?.['description'];
  return typeof description === 'string' ? description : '';
};
const refusalOf = (steps: readonly Step[]): string | undefined =>
  steps.flatMap(({ action }) => (action.kind === 'refuse' ? [action.reason] : []))[0];

/** A node on which that clone was made already. */
function made(more: Partial<Clone> = {}, change: (config: string) => string = config => config): ModelNode {
  const node = modelNode({ 9000: TEMPLATE });
  performSteps(node, lane(more, { node }));
  node.configs.set(301, change(node.configs.get(301) ?? ''));
  return node;
}

describe('a clone that is missing', () => {
  it('is made, told apart from its template, and started', () => {
    expect(verbs(lane({ start: true }))).to.deep.equal(['clone', 'set', 'start']);
    expect(verbs(lane({ start: false }))).to.deep.equal(['clone', 'set']);
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
    const description = descriptionOf(lane({}));

    expect(description).to.match(/^golden\n/);
    expect(readMarker(description, 301)).to.deep.equal({
      vmid: 301,
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

  it('keeps what its template says where nothing else is wanted', () => {
    expect(setOf(lane({ memory: 2048, user: 'ubuntu' }))).to.have.all.keys('description');
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
    expect(refusalOf(lane({ ip: '192.0.2.11/24' }))).to.contain('neither it nor its template has a gateway');
  });

  it('keeps the template’s automatic IPv6 and drops its static one', () => {
    expect(setOf(lane({}, template('ip=dhcp,ip6=auto')))).to.not.have.property('ipconfig0');
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

  it('are copied under the number of the clone, so that the template’s may go', () => {
    expect(setOf(lane({}, scene()))).to.include({ cicustom: cicustom.replaceAll('9000', '301') });
    expect(verbs(lane({}, scene()))).to.deep.equal(['clone', 'write-file', 'write-file', 'set']);
  });

  it('name the clone, its user and its keys', () => {
    const contents = lane({ user: 'me', ssh_keys: [KEY] }, scene()).flatMap(({ action }) =>
      action.kind === 'write-file' ? [load(action.content)] : [],
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

    expect(readMarker(descriptionOf(steps), 301)).to.include({ clonedFrom: 9000 });
    expect(setOf(steps)).to.include({ ipconfig0: 'ip=192.0.2.11/24,gw=192.0.2.1' });
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

describe('a clone that cannot be made', () => {
  it('does not keep the others from being made', () => {
    const node = modelNode({ 9000: TEMPLATE, 301: 'name: db-01\n' });
    const lanes = plan(wanted({}, { name: 'web-02', vmid: 302 }), { node });

    expect(refusalOf(lanes[0] ?? [])).to.contain('VM 301 on node pve01 is named "db-01", not "web-01"');
    expect(verbs(lanes[1] ?? [])).to.include('clone');
  });

  it('is one whose number stands twice, or is the template’s own', () => {
    const lanes = plan(wanted({}, { name: 'web-02' }, { name: 'web-03', vmid: 9000 }));

    expect(lanes.map(refusalOf)).to.deep.equal([
      undefined,
      'cannot make clone web-02: its number 301 is that of the clone web-01; give it its own',
      'cannot make clone web-03: its number 9000 is that of the template tpl; give it its own',
    ]);
  });

  it('is one for another node, which must be moved there afterwards', () => {
    expect(refusalOf(lane({ node: 'pve02' }))).to.contain('`qm migrate 301 pve02`');
    expect(refusalOf(lane({ node: 'pve01' }))).to.equal(undefined);
  });

  it('is one whose number belongs to a VM of another node, which nobody is told to move', () => {
    const seen = look(wanted({}));
    const foreign: FoundVm = {
      record: { vmid: 301, node: 'pve02', kind: 'qemu', config: parseVmConfig('name: db-01\n') },
      localNode: 'pve01',
      running: false,
      assumed: false,
    };
    const lanes = planClones(wanted({}), {
      ...seen,
      clones: new Map([[301, { vm: foreign, snippetTexts: new Map() }]]),
    });

    expect(refusalOf(lanes[0] ?? []))
      .to.contain('is named "db-01"')
      .and.not.contain('migrate');
  });

  it('is one that an interrupted run left locked', () => {
    const node = modelNode({ 9000: TEMPLATE, 301: '# qmclone temporary file\nlock: clone\n' });

    expect(refusalOf(lane({}, { node }))).to.contain('qm unlock 301 && qm destroy 301');
  });
});

describe('a source', () => {
  const plainVm = (): ModelNode => modelNode({ 9000: TEMPLATE.replace('template: 1\n', '') });

  it('that is no template has no linked clones', () => {
    expect(() => lane({}, { node: plainVm() })).to.throw(UserError, '--tags template,create');
  });

  it('that is no template may be copied in full', () => {
    expect(verbs(lane({ full: true }, { node: plainVm() }))).to.include('clone');
  });

  it('that would be a template by now is taken for one in check mode', () => {
    expect(verbs(lane({}, { node: plainVm(), checkMode: true }))).to.include('clone');
  });

  it('that is missing, locked or of another name is refused', () => {
    expect(() => lane({}, { node: modelNode() })).to.throw(UserError, 'VM 9000 does not exist');
    expect(() => lane({}, { node: modelNode({ 9000: `lock: backup\n${TEMPLATE}` }) })).to.throw(
      UserError,
      'locked',
    );
    expect(() => lane({}, { node: modelNode({ 9000: 'name: other\n' }) })).to.throw(
      UserError,
      'is named "other"',
    );
  });
});

describe('the report of clones', () => {
  it('names each with its own number, state and address', () => {
    const node = made({ start: true });
    const wishes = wanted({}, { name: 'web-02', vmid: 302 });

    expect(cloneReport(wishes, look(wishes, { node }))).to.deep.equal({
      clones: [
        { name: 'web-01', vmid: 301, exists: true, running: true, node: 'pve01', address: 'ip=dhcp' },
        { name: 'web-02', vmid: 302, exists: false, running: false },
      ],
    });
  });

  it('takes no VM of another name for a clone', () => {
    const node = modelNode({ 9000: TEMPLATE, 301: 'name: db-01\n' });
    node.running.add(301);

    expect(cloneReport(wanted({}), look(wanted({}), { node }))).to.deep.equal({
      clones: [{ name: 'web-01', vmid: 301, exists: false, running: false }],
    });
  });
});

describe('for any clones', () => {
  const wishes = fc.record(
    {
      full: fc.boolean(),
      start: fc.boolean(),
      ip: fc.constantFrom('dhcp', '192.0.2.11/24'),
      gw: fc.constant('192.0.2.1'),
      user: fc.constantFrom('ubuntu', 'me'),
      ssh_keys: fc.array(fc.constantFrom(KEY, `${KEY}\n`, 'ssh-rsa BB+/= two words'), { maxLength: 2 }),
      dns: fc.constant('1.1.1.1 8.8.8.8'),
      cores: fc.integer({ min: 1, max: 8 }),
      memory: fc.constantFrom(512, 2048, 4096),
      disk_size: fc.constantFrom('4G', '8G', '32G'),
      tags: fc.array(fc.constantFrom('Web', 'prod', 'a'), { maxLength: 3 }),
    },
    { requiredKeys: ['full', 'start', 'gw'] },
  );
  const snippets = fc.constantFrom(
    new Map<SnippetKind, string>(),
    new Map<SnippetKind, string>([['user', 'hostname: tpl\n']]),
  );

  it('the steps leave nothing to do, wherever a run died between them', () => {
    fc.assert(
      fc.property(wishes, wishes, snippets, fc.nat(5), (first, second, texts, died) => {
        const node = modelNode({ 9000: TEMPLATE });
        const scene: Scene = { node, snippets: texts };
        performSteps(node, lane(first, scene).slice(0, died));
        for (const more of [first, second]) {
          performSteps(node, lane(more, scene));

          expect(lane(more, scene)).to.deep.equal([]);
        }
      }),
    );
  });
});
