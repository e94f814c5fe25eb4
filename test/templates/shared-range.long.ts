import { expect } from 'chai';
import { sceneByApi } from '../doors/playbook.ts';
import { startScene, type Scene } from '../scene.ts';

const PLAYBOOK = 'test/playbooks/two-templates.yml';

describe('templates that take VMIDs of one range', function () {
  this.timeout(300_000);
  let scene: Scene;
  before(async () => {
    scene = await startScene();
  });
  after(() => scene.down());

  const names = async (): Promise<readonly string[]> => {
    const script = 'cd /etc/pve/qemu-server && grep -h ^name: *.conf | sort';
    const { stdout } = await scene.cluster.exec('pve01', ['sh', '-c', script]);
    return stdout.trim().split('\n');
  };

  it('get one each when both give way in one play, and one for its first generation, by either door', async () => {
    for (const [door, memory] of [
      [scene, 1024],
      [await sceneByApi(scene), 1536],
      [scene, 2048],
    ] as const) {
      const { rc, output } = await door.run(PLAYBOOK, ['-e', `proxmox_vm_memory=${memory}`]);
      expect(rc, output).to.equal(0);
    }

    expect(await names()).to.deep.equal(
      ['golden', 'golden-g2', 'silver', 'silver-g2'].map(name => `name: ${name}`),
    );
  });
});
