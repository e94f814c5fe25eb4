import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { root } from '../../build/modules.ts';
import { startScene, type Scene } from '../scene.ts';
import { DIFFERENCES, masked, readOutput, type Told } from './differences.ts';
import { playbookDoors, type PlaybookDoor, type PlaybookDoors } from './playbook.ts';

const MAKE = 'test/playbooks/both-doors.yml';
const GONE = 'test/playbooks/both-doors-gone.yml';
const MORE = {
  memory: 2048,
  tags_of_vms: ['b', 'a'],
  more_clones: [{ name: 'late', vmid: 303, start: false }],
};
const CHANGES = ['--diff', '-e', JSON.stringify(MORE)];

/** The steps of a life, and by which door each of the two nodes has it. */
const STEPS = [
  { name: 'made', playbook: MAKE, args: [], doors: ['ssh', 'api'] },
  { name: 'changed, cloned and rotated', playbook: MAKE, args: CHANGES, doors: ['api', 'ssh'] },
  { name: 'removed by a tag', playbook: GONE, args: ['--diff', '--tags', 'vm'], doors: ['ssh', 'api'] },
] as const;

describe('playbooks by both doors', function () {
  this.timeout(600_000);
  const scenes: Scene[] = [];
  let nodes: readonly PlaybookDoors[];
  before(async () => {
    scenes.push(...(await Promise.all([1, 2].map(() => startScene()))));
    nodes = await Promise.all(scenes.map(playbookDoors));
  });
  after(() => Promise.all(scenes.map(scene => scene.down())));

  /** Configurations, and volumes apart from images. */
  async function left({ cluster }: Scene): Promise<readonly string[]> {
    const script =
      'cd /etc/pve/qemu-server; tail -n +1 *.conf; ls /var/lib/vz/images/* /var/lib/vz/snippets; qm list | cut -c1-42';
    const { stdout } = await cluster.exec('pve01', ['sh', '-c', script]);
    return stdout.split('\n');
  }

  async function live(door: PlaybookDoor, scene: Scene, step: (typeof STEPS)[number]): Promise<Told> {
    const { rc, output, counts } = await door(step.playbook, step.args);
    expect(rc, output).to.equal(0);
    expect(counts, output).to.include({ failed: 0, unreachable: 0 });
    const { said, ...told } = readOutput(output);
    return { ...told, said: [...said, ...(await left(scene))] };
  }

  const text = (told: Told): string => JSON.stringify(told, undefined, 1);
  const needed = new Set<string>();
  function compare([one, other]: readonly Told[]): void {
    expect(text(masked(one!))).to.equal(text(masked(other!)));
    for (const name of Object.keys(DIFFERENCES)) {
      const others = Object.entries(DIFFERENCES).flatMap(([own, hide]) => (own === name ? [] : [hide]));
      if (text(masked(one!, others)) !== text(masked(other!, others))) needed.add(name);
    }
  }

  for (const step of STEPS)
    it(`have VM, template and clones ${step.name}, each node by another door than the last time`, async () => {
      const tolds = await Promise.all(
        nodes.map(({ ssh, api }, index) => {
          const first = step.doors[index] === 'ssh';
          return live(first ? ssh : api, scenes[index]!, step);
        }),
      );

      compare(tolds);
    });

  it('differ in nothing but what docs/api.md lists', () => {
    const [, section = ''] =
      /^## What differs\n([^]*?)^## /m.exec(readFileSync(`${root}docs/api.md`, 'utf8')) ?? [];
    const listed = [...section.matchAll(/^- \*\*(.+?)\*\*/gm)].map(([, name = '']) => name);

    expect(listed).to.include.members(Object.keys(DIFFERENCES));
    // What would hide nothing could hide a fault.
    expect([...needed]).to.have.members(Object.keys(DIFFERENCES));
  });
});
