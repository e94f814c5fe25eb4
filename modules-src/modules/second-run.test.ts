import { expect } from 'chai';
import fc from 'fast-check';
import { foundIn } from '../pve/vms/fixtures/found-vm.ts';
import { modelNode, performSteps, type ModelNode } from '../pve/vms/fixtures/model-node.ts';
import type { FoundVm } from '../pve/vms/ownership.ts';
import { NO_SIGNS } from '../pve/vms/guest-signs.ts';
import { parseStorageConfig } from '../pve/text/storage-config.ts';
import { qmOf, type Step } from '../sdk/step.ts';
import { foundSnippets } from '../pve/cloud-init/snippets.fixture.ts';
import { observed as cloudInit } from './cloudinit_apply/scene.fixture.ts';
import { planCloudInit } from './cloudinit_apply/plan.ts';
import { planImport } from './qm_import_disk/plan.ts';
import { planConvert } from './template_convert/plan.ts';
import { planClones } from './vm_clone/plan.ts';
import { NO_DRIVES } from './vm_clone/scene.fixture.ts';
import { planConfigure, type Wanted } from './vm_configure/plan.ts';
import { anyWantedVm } from './vm_configure/wanted.fixture.ts';
import { NEW_ID } from '../pve/vms/fixtures/new-id.ts';
import { planCreate } from './vm_create/plan.ts';
import { planPower } from './vm_power/plan.ts';

const [LOCAL] = parseStorageConfig('dir: local\n\tpath /var/lib/vz\n\tcontent snippets,images\n');
const GIB = 1024 ** 3;

/** Plans of the role's stages 3 to 6, in the order of its tasks, each to be asked when its turn comes. */
function stages(node: ModelNode, wanted: Wanted, template: boolean): readonly (() => readonly Step[])[] {
  const identity = { vmid: wanted.vmid, name: wanted.name };
  const vm = (): FoundVm => foundIn(node, wanted.vmid);
  const settings: Wanted = { ...wanted, image_disk: 'scsi0' };
  const clones = [{ name: 'clone-01', vmid: 301, full: false, start: true, memory: 1024 }];
  return [
    () => planCreate(settings, { ...vm(), newId: NEW_ID }).flat(),
    () => planConfigure(settings, vm()).flat(),
    () =>
      planImport(
        { ...identity, storage: 'local', disk: 'scsi0', size_increase: '+5G' },
        {
          vm: vm(),
          path: '/x.img',
          storage: LOCAL,
          free: undefined,
          image: { virtualSize: 2 * GIB, identity: { size: 1, inode: '1', mtimeNs: '1', ctimeNs: '1' } },
          digest: undefined,
          checkMode: false,
        },
      ).flat(),
    () =>
      planCloudInit(
        {
          ...identity,
          storage: 'local',
          type: 'nocloud',
          agent: 'true',
          install_agent: true,
          user: 'ubuntu',
          ssh_keys: ['ssh-rsa A'],
          ip: 'dhcp',
        },
        cloudInit('', {
          vm: vm(),
          snippetTexts: node.files,
          ownSnippets: foundSnippets(
            [...node.files.keys()].filter(volume => volume.includes(`-${identity.vmid}-`)),
          ),
        }),
      ).flat(),
    ...(template
      ? [
          () =>
            planConvert(
              { ...identity, timeout: 60, apply: 'live' },
              { vm: vm(), others: [], storages: [], imageDigest: undefined },
            ).flat(),
          () =>
            planClones(
              { ...identity, clones },
              {
                template: vm(),
                templateSnippets: new Map([['vendor', 'packages: [qemu-guest-agent]\n']]),
                others: [],
                snippetStorage: LOCAL,
                drives: NO_DRIVES,
                replicas: [],
                storages: [],
                clones: clones.map(clone => ({
                  clone,
                  vm: foundIn(node, 301),
                  id: NEW_ID,
                  snippetTexts: node.files,
                })),
                checkMode: false,
                lost: [],
              },
            ).flat(),
        ]
      : [
          () =>
            planPower(
              { ...identity, state: 'started', wait_for: 'none', wait_timeout: 60, timeout: 60 },
              { ...vm(), restarted: false, signs: NO_SIGNS },
            ).flat(),
        ]),
  ];
}

function run(node: ModelNode, wanted: Wanted, template: boolean): readonly Step[] {
  return stages(node, wanted, template).flatMap(plan => {
    const steps = plan();
    performSteps(node, steps);
    return steps;
  });
}

const summaries = (steps: readonly Step[]): string[] => steps.map(step => step.summary);

describe('a whole run of the role', () => {
  const minimal: Wanted = {
    vmid: 200,
    name: 'web-01',
    disk_storage: 'local',
    apply: 'live',
    shutdown_timeout: 60,
  };

  it('takes four changing calls from an image to a configured VM', () => {
    const steps = run(modelNode({}, '2G'), minimal, false).filter(({ action }) => qmOf(action) !== undefined);

    expect(summaries(steps)).to.deep.equal([
      'create VM 200 (web-01)',
      'import /x.img into local as scsi0',
      'grow scsi0 from 2G to 7G',
      'set cloud-init of VM 200 (web-01)',
      'start VM 200 (web-01)',
    ]);
  });

  for (const template of [false, true]) {
    it(`leaves nothing for a second one, with any wishes, ${template ? 'template and clone' : 'a VM that runs'}`, () => {
      fc.assert(
        fc.property(anyWantedVm, wanted => {
          const node = modelNode({}, '2G');
          run(node, wanted, template);

          expect(summaries(run(node, wanted, template))).to.deep.equal([]);
        }),
      );
    });
  }
});
