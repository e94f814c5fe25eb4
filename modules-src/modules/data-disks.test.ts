import { expect } from 'chai';
import fc from 'fast-check';
import { foundVm } from '../pve/vms/fixtures/found-vm.ts';
import type { FoundVm } from '../pve/vms/ownership.ts';
import { parseProperties } from '../pve/text/property-string.ts';
import { parseSize } from '../pve/text/size.ts';
import { parseVmConfig } from '../pve/text/vm-config.ts';
import { UserError } from '../sdk/error.ts';
import { qmOf, type Lane, type QmAction } from '../sdk/step.ts';
import { image, observed, wanted } from './qm_import_disk/scene.fixture.ts';
import { planImport } from './qm_import_disk/plan.ts';
import { planConfigure, type Wanted } from './vm_configure/plan.ts';
import { anyWantedVm } from './vm_configure/wanted.fixture.ts';

const SLOTS = ['scsi0', 'scsi1', 'virtio0', 'virtio3', 'sata1', 'ide0', 'efidisk0', 'tpmstate0'] as const;

/** Disks of a VM that hold somebody's data: size in GiB by slot. */
const anyDisks = fc.dictionary(fc.constantFrom(...SLOTS), fc.integer({ min: 1, max: 64 }), { minKeys: 1 });

/** What a variable may say of a slot: the disk that is there, another one, a smaller one, an image, nothing. */
const anyDrive = fc.constantFrom(
  'local-lvm:8',
  'local-lvm:1,format=raw',
  'tank:vm-200-disk-9',
  'local-lvm:vm-200-disk-0,size=1G',
  'local-lvm:0,import-from=/srv/other.img',
  'none,media=cdrom',
  'none',
  '',
);

const configText = (disks: Readonly<Record<string, number>>): string =>
  Object.entries(disks)
    .map(([slot, gib], index) => `${slot}: local-lvm:vm-200-disk-${index},iothread=1,size=${gib}G\n`)
    .join('');

const found = (config: string, running: boolean): FoundVm => foundVm(`name: web-01\n${config}`, { running });

/** The operations of a plan; a refusal has none. */
function operations(plan: () => readonly Lane[]): readonly QmAction[] {
  try {
    return plan()
      .flat()
      .flatMap(({ action }) => qmOf(action) ?? []);
  } catch (error) {
    if (error instanceof UserError) return [];
    throw error;
  }
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

function expectKept(disks: Readonly<Record<string, number>>, actions: readonly QmAction[]): void {
  const config = parseVmConfig(configText(disks));
  for (const { verb, properties } of actions) {
    for (const [slot, gib] of Object.entries(disks)) {
      expect(properties.delete ?? [], 'removed').to.not.include(slot);
      if (verb === 'resize' && properties['disk'] === slot)
        expect(parseSize(textOf(properties['size'])), 'shrunk').to.be.at.least(gib * 1024 ** 3);
      const drive = properties[slot];
      if (drive === undefined) continue;
      const told = parseProperties(textOf(drive), 'file');
      expect(told.get('file'), 'replaced').to.equal(
        parseProperties(config.get(slot) ?? '', 'file').get('file'),
      );
      expect(told.has('import-from'), 'imported again').to.equal(false);
    }
  }
}

describe('a disk that is attached, whatever the variables say,', () => {
  const anyDrives = fc.dictionary(fc.constantFrom(...SLOTS), anyDrive, { maxKeys: 4 });

  it('is never replaced, detached, shrunk or imported again by settings', () => {
    let operated = 0;
    fc.assert(
      fc.property(
        anyDisks,
        anyWantedVm,
        anyDrives,
        anyDrives,
        fc.boolean(),
        (disks, wishes, drives, extra, running) => {
          const all: Wanted = {
            ...wishes,
            disks: { ...wishes.disks, ...drives },
            extra_config: { ...wishes.extra_config, ...extra },
          };
          const actions = operations(() => planConfigure(all, found(configText(disks), running)));
          operated += actions.length === 0 ? 0 : 1;
          expectKept(disks, actions);
        },
      ),
      { numRuns: 500 },
    );
    expect(operated, 'runs that do something').to.be.greaterThan(100);
  });

  it('is never replaced, shrunk or imported again by an image', () => {
    const size = fc.integer({ min: 1, max: 64 }).map(gib => `${gib}G`);
    fc.assert(
      fc.property(
        anyDisks,
        fc.constantFrom(...SLOTS.slice(0, 6)),
        fc.record({ size, size_increase: size }, { requiredKeys: [] }),
        fc.integer({ min: 1, max: 32 }),
        (disks, disk, more, gib) => {
          const seen = observed(configText(disks), { image: image(gib) });
          expectKept(
            disks,
            operations(() => planImport({ ...wanted, ...more, disk }, seen)),
          );
        },
      ),
    );
  });
});
