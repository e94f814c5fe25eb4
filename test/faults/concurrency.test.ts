import { expect } from 'chai';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import type { PlaybookRun } from '../../testnode/playbook.ts';
import { sceneByApi } from '../doors/playbook.ts';
import { readState, type State } from './state.ts';
import { startScene, type Scene } from '../scene.ts';

const FLEET = 'test/playbooks/fleet.yml';
const MINIMAL = 'test/playbooks/minimal.yml';
const PLAIN = 'test/playbooks/api-plain.yml';
const isLong = process.env['MANY'] !== undefined;
/** `npm run test:concurrency` does ten rounds of eight, and five by the API. */
const [ROUNDS, AT_ONCE] = [10, 8];
const [API_ROUNDS, API_AT_ONCE] = isLong ? [5, 8] : [1, 4];

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

  it('come to one result when they are the same, from two controllers', async () => {
    expectSuccess(await playAtOnce(FLEET, [{}, {}]));
    const { configs, orphans } = await state();

    expect(Object.keys(configs)).to.deep.equal(['301', '302', '303', '9000']);
    expect(orphans).to.deep.equal([]);
    const again = await scene.run(FLEET);
    expect(again.counts, again.output).to.include({ changed: 0, failed: 0 });
  });

  it('make their own clones of one template', async () => {
    const clones = (first: number): Variables => ({
      proxmox_vm_clones: [first, first + 1].map(vmid => ({
        vmid,
        name: `clone-${vmid}`,
        full: vmid % 2 === 0,
      })),
    });
    expectSuccess(await playAtOnce(FLEET, [clones(401), clones(501)]));
    const { configs, orphans } = await state();

    expect(Object.keys(configs)).to.deep.equal(['401', '402', '501', '502', '9000']);
    expect(orphans).to.deep.equal([]);
  });

  async function makeMachines(): Promise<void> {
    let made = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      const plays = Array.from({ length: AT_ONCE }, (_, index) => 1000 + 10 * round + index);
      const runs = await playAtOnce(
        MINIMAL,
        plays.map(vmid => ({
          proxmox_vm_vmid: vmid,
          proxmox_vm_name: `vm-${vmid}`,
          proxmox_vm_node: 'pve01',
        })),
      );
      expectSuccess(runs);
      made += runs.length;
    }
    const { configs, orphans } = await state();

    console.log(`        ${made} made, ${AT_ONCE * ROUNDS - made} failed`);
    expect(Object.keys(configs)).to.have.lengthOf(AT_ONCE * ROUNDS);
    expect(orphans).to.deep.equal([]);
  }
  if (isLong) it(`make ${AT_ONCE} machines on one node, ${ROUNDS} times`, makeMachines);

  it(`make ${API_AT_ONCE} machines by the API, each from a controller of its own, ${API_ROUNDS} times`, async () => {
    const byApi = await sceneByApi(scene);
    for (let round = 0; round < API_ROUNDS; round += 1) {
      const vmids = Array.from({ length: API_AT_ONCE }, (_, index) => 1000 + 10 * round + index);
      const plays = vmids.map(vmid => ({ proxmox_vm_vmid: vmid, proxmox_vm_name: `vm-${vmid}` }));
      expectSuccess(await playAtOnce(PLAIN, plays, byApi));
    }
    const { configs, orphans } = await state();

    expect(Object.keys(configs)).to.have.lengthOf(API_AT_ONCE * API_ROUNDS);
    expect(orphans).to.deep.equal([]);
  });
});
