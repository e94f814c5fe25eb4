import { expect } from 'chai';
import { changed, ofGuest, startOwnershipScene, type Scene, type State } from './scene.ts';

/** What somebody does to an old generation, and what is said of it then. */
interface Touch {
  readonly what: string;
  readonly by: (scene: Scene, vmid: number) => Promise<unknown>;
  readonly says: string;
  /** Where its base image is to be. */
  readonly storage?: string;
}

const FAMILY = 'golden';

const viaBackup =
  (change: (scene: Scene, vmid: number) => Promise<unknown>) =>
  async (scene: Scene, vmid: number): Promise<void> => {
    const copy = vmid + 500;
    await scene.hand.qm('clone', vmid, copy, '--full', 1, '--name', `db-prod-${vmid}`);
    await change(scene, copy);
    const backup = await scene.hand.backUp(copy);
    await scene.hand.qm('destroy', copy);
    await scene.hand.qm('destroy', vmid);
    await scene.hand.restore(backup, vmid);
  };

/**
 * What the programs of a node make of it; signs in a configuration alone are all in `modules-src/pve/vms/removal.test.ts`.
 * A copy of another generation keeps its marker; restored under that number, the marker fits again.
 */
const TOUCHES: readonly Touch[] = [
  {
    what: 'a production VM made of it, brought back under its VMID',
    by: viaBackup(({ hand }, vmid) => hand.qm('set', vmid, '--scsi1', 'local:1,format=raw')),
    says: 'is a copy, was restored, or rolled back',
  },
  {
    what: 'the same under the generation’s own name, and a template',
    by: viaBackup(async ({ hand }, copy) => {
      await hand.qm('set', copy, '--name', `${FAMILY}-g${copy - 9500}`);
      await hand.qm('template', copy);
    }),
    says: 'is a copy, was restored, or rolled back',
  },
  {
    what: 'the template itself, restored from a backup',
    by: async ({ hand }, vmid) => {
      const backup = await hand.backUp(vmid);
      await hand.qm('destroy', vmid);
      await hand.restore(backup, vmid);
    },
    says: 'is a copy, was restored, or rolled back',
  },
  {
    what: 'one with a note of its owner',
    by: async ({ hand }, vmid) => {
      const mark = /<!-- proxmox-role.*-->/.exec(decodeURIComponent(await hand.config(vmid)))?.[0] ?? '';
      await hand.qm('set', vmid, '--description', `do NOT delete\n${mark}`);
    },
    says: 'notes or tags are not as this role left them',
  },
  {
    what: 'one with a further disk',
    by: ({ hand }, vmid) => hand.qm('set', vmid, '--scsi5', 'tank:1'),
    says: 'did not make: scsi5 (tank:',
    storage: 'local-lvm',
  },
  {
    what: 'one with a linked clone made by hand, on ZFS',
    by: ({ hand }, vmid) => hand.qm('clone', vmid, vmid + 500, '--name', 'by-hand'),
    says: 'linked clones stand on it: by-hand',
    storage: 'tank',
  },
  {
    what: 'one with a template made of a linked clone by hand',
    by: async ({ hand }, vmid) => {
      await hand.qm('clone', vmid, vmid + 500, '--name', 'by-hand');
      await hand.qm('template', vmid + 500);
      await hand.qm('clone', vmid + 500, vmid + 600, '--name', 'grandchild');
    },
    says: 'linked clones stand on it: by-hand',
  },
  {
    what: 'one whose linked clone has its disk detached',
    by: async ({ hand }, vmid) => {
      await hand.qm('clone', vmid, vmid + 500, '--name', 'by-hand');
      await hand.qm('set', vmid + 500, '--delete', 'scsi0');
    },
    says: 'linked clones stand on it: by-hand',
  },
  {
    what: 'one that HA knows',
    by: async ({ cluster, hand }, vmid) => {
      await hand.run('mkdir', '-p', '/etc/pve/ha');
      await cluster.writeFile('pve01', '/etc/pve/ha/resources.cfg', `vm: ${vmid}\n\tstate stopped\n\n`);
    },
    says: 'it is named by HA',
  },
  {
    what: 'one that a backup job names',
    by: ({ cluster }, vmid) =>
      cluster.writeFile(
        'pve01',
        '/etc/pve/jobs.cfg',
        `vzdump: backup-1\n\tschedule daily\n\tvmid 100,${vmid}\n`,
      ),
    says: 'it is named by a backup job',
  },
  {
    what: 'one that is no template any more',
    by: ({ hand }, vmid) => hand.qm('set', vmid, '--delete', 'template'),
    says: 'it was a template, and somebody has taken that back',
  },
];

/** The older release has the first one only: it makes identities and volumes alike. */
for (const [version, touches] of [
  ['9', TOUCHES],
  ['8', TOUCHES.slice(0, 1)],
] as const) {
  describe(`a rotation beside what users made of old generations, Proxmox VE ${version}`, function () {
    this.timeout(1_200_000);
    let scene: Scene;
    let found: State;
    let last: Awaited<ReturnType<Scene['makeGeneration']>>;
    const vmidOf = (index: number): number => 9000 + index;

    before(async () => {
      scene = await startOwnershipScene({ version });
    });
    after(() => scene.cluster.down());

    it('leaves every one of them alone, says why, and removes the one that nobody has touched', async () => {
      for (const [index, { storage }] of touches.entries())
        await scene.makeGeneration({
          ...{ vmid: vmidOf(index + 1), family: FAMILY, number: index + 1 },
          ...(storage !== undefined && { storage }),
        });
      await scene.makeGeneration({ vmid: vmidOf(90), family: FAMILY, number: 90 });
      // Gives all of them the names that they have by now.
      await scene.makeGeneration({ vmid: vmidOf(91), family: FAMILY, number: 91, keep: 100 });
      // An ordinary VM of the role that has the template's name, and one that was made by hand.
      await scene.module('vm_create', {
        vmid: 200,
        name: FAMILY,
        disk_storage: 'local',
        disks: { scsi1: 'local:1' },
      });
      await scene.hand.qm('create', 201, '--name', FAMILY, '--scsi0', 'local:1');
      for (const [index, { by }] of touches.entries()) await by(scene, vmidOf(index + 1));
      found = await scene.everything();

      last = await scene.makeGeneration({ vmid: vmidOf(92), family: FAMILY, number: 92, keep: 1 });
      const left = await scene.everything();
      const gone = changed(found, left);
      const guests = [...found.keys()].filter(path => path.endsWith('.conf')).length - 2;

      expect(last['removed']).to.deep.equal([vmidOf(91), vmidOf(90)]);
      expect(gone.filter(path => !ofGuest(found, vmidOf(90), vmidOf(91)).has(path))).to.deep.equal([]);
      console.log(
        `      ${guests} guests and ${found.size - guests} other files of others in the scene, ${gone.length - ofGuest(found, vmidOf(90), vmidOf(91)).size} changed`,
      );
    });

    for (const [index, { what, says }] of touches.entries()) {
      it(`says why it leaves ${what}`, () => {
        const { kept } = (last['generations'] as { vmid: number; kept?: string }[]).find(
          ({ vmid }) => vmid === vmidOf(index + 1),
        )!;

        expect(kept).to.contain(says).and.to.contain('; ');
      });
    }
  });
}
