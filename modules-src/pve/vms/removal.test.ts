import { expect } from 'chai';
import { vmRecord } from './fixtures/found-vm.ts';
import { described } from './fixtures/model-config.ts';
import { parseStorageConfig } from '../text/storage-config.ts';
import type { VmRecord } from './guest.ts';
import { changedDescription, firstDescription, type Marker } from './marker.ts';
import { destroyStep, keptBecause, type Surroundings } from './removal.ts';

const ID = '0c0ffee0-1111-4222-8333-444444444444';
const GIB = 1024 ** 3;
const MARKER: Marker = {
  vmid: 9001,
  id: ID,
  node: 'pve01',
  disks: { scsi0: 8 * GIB, efidisk0: 0, scsi1: 4 * GIB },
  generation: { family: 'golden', number: 1 },
};
const NOTES = firstDescription('made by us', 'prod', MARKER);

interface Scene {
  readonly notes?: string;
  readonly name?: string;
  readonly vmgenid?: string;
  readonly tags?: string;
  readonly flag?: string;
  readonly disks?: string;
  readonly more?: string;
  readonly node?: string;
}

const DISKS = `efidisk0: local:9001/base-9001-disk-0.qcow2,efitype=4m,size=528K
scsi0: local:9001/base-9001-disk-1.qcow2,size=8G
scsi1: thin:base-9001-disk-0,size=4G
scsi2: local:9001/vm-9001-cloudinit.qcow2,media=cdrom
ide2: local:iso/debian.iso,media=cdrom,size=600M
`;

function template(scene: Scene = {}): VmRecord {
  const { notes = NOTES, name = 'golden-g1', vmgenid = ID, tags = 'prod', flag = 'template: 1\n' } = scene;
  const { disks = DISKS, more = '', node = 'pve01' } = scene;
  const text = `${described(notes)}name: ${name}\nvmgenid: ${vmgenid}\ntags: ${tags}\n${flag}${disks}${more}`;
  return vmRecord(9001, text, node);
}

const other = (vmid: number, text: string): VmRecord =>
  vmRecord(vmid, `name: other-${vmid}\n${text}`, 'pve02');

const around = (more: Partial<Surroundings> = {}): Surroundings => ({
  others: [],
  lost: [],
  storages: parseStorageConfig('lvmthin: thin\n\tvgname pve\n\tthinpool data\n'),
  running: new Set(),
  lists: { ha: undefined, replication: undefined, jobs: undefined },
  ...more,
});

const why = (scene: Scene, more: Partial<Surroundings> = {}): string | undefined =>
  keptBecause(template(scene), around(more))?.why;

/** Signs of somebody else's hand, and what is said of each. */
const TOUCHED: readonly (readonly [what: string, scene: Scene, says: string])[] = [
  ['no mark', { notes: 'by hand' }, 'no mark of this role'],
  ['the mark of another VMID', { notes: firstDescription('', '', { ...MARKER, vmid: 9000 }) }, 'no mark'],
  ['a mark that is no JSON', { notes: '<!-- proxmox-role: {"vmid":9001, -->' }, 'no mark of this role'],
  ['a mark of another form', { notes: '<!-- proxmox-role: {"vmid":9001,"disks":[1]} -->' }, 'no mark'],
  [
    'the mark of an earlier release',
    { notes: '<!-- proxmox-role: {"vmid":9001,"generation":{"family":"golden","number":1}} -->' },
    'does not say with which vmgenid',
  ],
  [
    'another vmgenid: a copy, or restored',
    { vmgenid: ID.replace('c', 'd') },
    'is a copy, was restored, or rolled back',
  ],
  ['no vmgenid', { vmgenid: '0' }, 'it has no vmgenid'],
  ['another node', { node: 'pve02' }, 'made on node pve01 and moved to pve02'],
  ['another name', { name: 'payroll-base' }, 'renamed to payroll-base'],
  ['the name of another generation', { name: 'golden-g2' }, 'renamed to golden-g2'],
  ['the tag keep', { tags: 'keep;prod' }, 'the tag keep'],
  ['another tag', { tags: 'mine;prod' }, 'notes or tags are not as this role left them'],
  ['a tag less', { tags: '' }, 'notes or tags'],
  ['other notes', { notes: NOTES.replace('made by us', 'do NOT delete') }, 'notes or tags'],
  ['notes below the mark', { notes: `${NOTES}\nmine` }, 'no mark of this role'],
  ['an edited mark', { notes: NOTES.replace('"scsi1":', '"scsi3":') }, 'notes or tags'],
  [
    'notes that somebody edited before a run changed its mark',
    {
      notes: changedDescription(new Map([['description', NOTES.replace('by us', 'by me')]]), 9001, {
        marker: { image: 'x.img' },
      }),
    },
    'notes or tags',
  ],
  ['no flag of a template', { flag: '' }, 'somebody has taken that back'],
  [
    'disks that never were base images',
    { flag: '', disks: DISKS.replaceAll('base-', 'vm-') },
    'no whole template',
  ],
  [
    'a disk that is not converted',
    { disks: DISKS.replace('base-9001-disk-1', 'vm-9001-disk-1') },
    'no whole',
  ],
  ['a snapshot', { more: '\n[before]\nmemory: 1\n' }, 'it has snapshots: before'],
  ['changes that wait', { more: '\n[PENDING]\nmemory: 1\n' }, 'wait for its next start'],
  ['a removal that waits', { more: '\n[PENDING]\ndelete: scsi1\n' }, 'wait for its next start'],
  ['a further disk', { more: 'scsi5: local:9001/base-9001-disk-5.qcow2,size=1G\n' }, 'did not make: scsi5'],
  [
    'a detached disk',
    { more: 'unused0: thin:vm-9001-disk-3\n' },
    'did not make: unused0 (thin:vm-9001-disk-3)',
  ],
  ['a disk of another VM', { disks: DISKS.replaceAll('base-9001-disk-1', 'base-200-disk-1') }, 'scsi0'],
  ['a disk of another size', { disks: DISKS.replace('size=8G', 'size=32G') }, 'did not make: scsi0'],
  ['a smaller disk', { disks: DISKS.replace('size=8G', 'size=1G') }, 'did not make: scsi0'],
  ['a disk of the node', { more: 'virtio3: /dev/disk/by-id/ata-x,size=1T\n' }, 'disk of the node: virtio3'],
];

const linked = (text: string): Partial<Surroundings> => ({ others: [other(300, text)] });

/** What would break if it went, and what is said of it. */
const NEEDED: readonly (readonly [what: string, more: Partial<Surroundings>, says: string, scene?: Scene])[] =
  [
    [
      'a linked clone on a directory',
      linked('scsi0: local:9001/base-9001-disk-1.qcow2/300/vm-300-disk-0.qcow2\n'),
      'linked clones stand on it: other-300 (300)',
    ],
    ['a linked clone on ZFS', linked('scsi0: tank:base-9001-disk-0/vm-300-disk-0\n'), 'linked clones'],
    [
      'a linked clone under another id of the storage',
      linked('scsi0: alias:9001/base-9001-disk-1.qcow2/300/vm-300-disk-0.qcow2\n'),
      'linked clones',
    ],
    [
      'a template that is a linked clone',
      linked('template: 1\nscsi0: local:9001/base-9001-disk-1.qcow2/300/base-300-disk-0.qcow2\n'),
      'linked clones',
    ],
    [
      'a linked clone whose disk is detached',
      linked('unused0: local:9001/base-9001-disk-1.qcow2/300/vm-300-disk-0.qcow2\n'),
      'linked clones',
    ],
    [
      'a linked clone whose disk is only in a snapshot',
      linked('\n[s]\nscsi0: local:9001/base-9001-disk-1.qcow2/300/vm-300-disk-0.qcow2\n'),
      'linked clones',
    ],
    [
      'a clone of ours on LVM-thin, whose volumes do not tell',
      linked(
        `${described(firstDescription('', '', { vmid: 300, clonedFrom: 9001 }))}scsi0: thin:vm-300-disk-0\n`,
      ),
      'linked clones',
    ],
    [
      'a copy that uses its snippets',
      linked('cicustom: vendor=share:snippets/proxmox-role-9001-vendor.yaml\n'),
      'its snippets are used by other-300 (300)',
    ],
    [
      'a copy that uses its snippets from its next start on',
      linked('\n[PENDING]\ncicustom: vendor=share:snippets/proxmox-role-9001-vendor.yaml\n'),
      'its snippets are used',
    ],
    ['HA', { lists: { ...around().lists, ha: 'vm: 9001\n\tstate started\n' } }, 'named by HA'],
    [
      'replication',
      { lists: { ...around().lists, replication: 'local: 9001-0\n\ttarget pve02\n' } },
      'replication',
    ],
    [
      'a backup job',
      { lists: { ...around().lists, jobs: 'vzdump: backup-1\n\tschedule daily\n\tvmid 100,9001\n' } },
      'a backup job',
    ],
    ['a VMID that stands twice', { others: [template(), template()] }, 'stands on two nodes'],
    ['protection', {}, 'it is protected', { more: 'protection: 1\n' }],
    ['a lock', {}, 'it is locked (backup)', { more: 'lock: backup\n' }],
    ['that it runs', { running: new Set([9001]) }, 'it runs'],
  ];

describe('a template that nobody has confirmed to remove', () => {
  it('keeps an old generation while nobody can look at the guests of a node that is down', () => {
    expect(keptBecause(template(), around())).to.equal(undefined);
    expect(keptBecause(template(), around({ lost: ['pve03'] }))?.why).to.equal(
      'pve03 cannot be asked whether it is needed there',
    );
  });

  it('may go when everything says that this role made it, and nothing else speaks for it', () => {
    const strangers = [
      template(),
      other(300, 'scsi0: local:300/vm-300-disk-0.qcow2\ncicustom: user=local:snippets/mine.yaml\n'),
      other(90010, 'scsi0: local:90010/base-90010-disk-0.qcow2\n'),
    ];
    const lists = {
      ha: 'vm: 90010\nct: 9001\n',
      replication: 'local: 900-1\n',
      jobs: '\tvmid 19001,90010\n',
    };

    expect(keptBecause(template(), around({ others: strangers, lists }))).to.equal(undefined);
    expect(keptBecause(template({ name: 'golden' }), around())).to.equal(undefined);
  });

  for (const [what, scene, says] of TOUCHED) {
    it(`stays with ${what}`, () => {
      expect(why(scene)).to.contain(says);
      expect(keptBecause(template(scene), around())?.remedy).to.contain('qm destroy 9001');
    });
  }

  for (const [what, more, says, scene = {}] of NEEDED) {
    it(`stays because of ${what}`, () => expect(why(scene, more)).to.contain(says));
  }

  it('may be of the size that its storage rounds up to', () => {
    const rounded = DISKS.replace('size=8G', `size=${8 * 1024 + 4}M`);

    expect(why({ disks: rounded })).to.equal(undefined);
  });
});

describe('the removal of a VM', () => {
  it('names every volume that PVE removes with it, and none that it leaves', () => {
    const record = template({
      more: `unused3: thin:vm-9001-disk-7
virtio9: local:200/vm-200-disk-0.raw,size=1G

[s]
scsi4: local:9001/vm-9001-disk-4.qcow2,size=1G
vmstate: local:9001/vm-9001-state-s.raw
`,
    });
    const step = destroyStep(record, 'VM 9001');
    const volumes = [
      'local:9001/base-9001-disk-0.qcow2',
      'local:9001/base-9001-disk-1.qcow2',
      'thin:base-9001-disk-0',
      'local:9001/vm-9001-cloudinit.qcow2',
      'thin:vm-9001-disk-7',
      'local:9001/vm-9001-disk-4.qcow2',
      'local:9001/vm-9001-state-s.raw',
    ];

    expect(step.summary).to.equal(`remove VM 9001 and its disks ${volumes.join(', ')}`);
    expect(step.changes?.slice(1)).to.deep.equal(
      volumes.map(key => ({ key, before: 'present', after: undefined })),
    );
  });
});
