import { expect } from 'chai';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import type { PlaybookRun } from '../../testnode/playbook.ts';
import { sceneByApi } from '../doors/playbook.ts';
import { readState, type State } from './state.ts';
import { startScene, type Scene } from '../scene.ts';

const FLEET = 'test/playbooks/fleet.yml';
const isLong = process.env['MANY'] !== undefined;
/** What `npm run test:concurrency` does besides; two controllers and SSH at once are in `test/api/faults.test.ts`, by modules. */
const LONG = [
  ['SSH', 'test/playbooks/minimal.yml', 10],
  ['the API', 'test/playbooks/api-plain.yml', 5],
] as const;
const AT_ONCE = 8;

/** What a play is told on the command line. */
type Variables = Readonly<Record<string, unknown>>;

describe('plays at the same time', function () {
  this.timeout(600_000);
  let scene: Scene;
  beforeEach(async () => {
    scene = await startScene();
  });
  afterEach(() => scene.down());

  /** Each play has a controller of its own: a home, and connections that it shares with nobody. */
  const playAtOnce = (
    playbook: string,
    plays: readonly Variables[],
    by: Pick<Scene, 'run'> = scene,
  ): Promise<readonly PlaybookRun[]> =>
    Promise.all(
      plays.map((variables, index) => {
        const home = join(scene.home, `controller-${index}`);
        cpSync(join(scene.home, '.ssh'), join(home, '.ssh'), { recursive: true });
        const told = JSON.stringify({ ansible_control_path: `${home}/%%C`, ...variables });
        return by.run(playbook, ['-e', told], { HOME: home });
      }),
    );

  const expectSuccess = (runs: readonly PlaybookRun[]): void => {
    for (const { rc, output } of runs) expect(rc, output).to.equal(0);
  };

  const state = (): Promise<State> => readState(scene.cluster);

  it('come to one result where they want the same, and each makes its own clones, from two controllers', async () => {
    const [shared, ...others] = [301, 401, 402, 501, 502].map(vmid => ({
      vmid,
      name: `clone-${vmid}`,
      full: vmid % 2 === 0,
      start: vmid === 301,
    }));
    const plays = [others.slice(0, 2), others.slice(2)].map(own => ({ proxmox_vm_clones: [shared, ...own] }));
    expectSuccess(await playAtOnce(FLEET, plays));
    const { configs, orphans } = await state();

    expect(Object.keys(configs)).to.deep.equal(['301', '401', '402', '501', '502', '9000']);
    expect(orphans).to.deep.equal([]);
    const again = await scene.run(FLEET, ['-e', JSON.stringify({ proxmox_vm_clones: [shared, ...others] })]);
    expect(again.counts, again.output).to.include({ changed: 0, failed: 0 });
  });

  for (const [door, playbook, rounds] of isLong ? LONG : [])
    it(`make ${AT_ONCE} machines on one node by ${door}, ${rounds} times`, async () => {
      const by = door === 'SSH' ? scene : await sceneByApi(scene);
      for (let round = 0; round < rounds; round += 1) {
        const vmids = Array.from({ length: AT_ONCE }, (_, index) => 1000 + 10 * round + index);
        const plays = vmids.map(vmid => ({
          proxmox_vm_vmid: vmid,
          proxmox_vm_name: `vm-${vmid}`,
          proxmox_vm_node: 'pve01',
        }));
        expectSuccess(await playAtOnce(playbook, plays, by));
      }
      const { configs, orphans } = await state();

      expect(Object.keys(configs)).to.have.lengthOf(AT_ONCE * rounds);
      expect(orphans).to.deep.equal([]);
    });
});
