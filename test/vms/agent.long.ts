import { expect } from 'chai';
import { guestImage } from '../../testnode/guest/image.ts';
import { everywhere } from '../../testnode/image-server/catalogue.ts';
import { inGuest, qm } from '../../testnode/test/guest-scene.ts';
import { startScene, type Scene } from '../scene.ts';

const PLAY = 'test/playbooks/agent.yml';
const MAC = 'BC:24:11:00:00:04';

describe('the guest agent', function () {
  this.timeout(900_000);
  this.slow(300_000);
  let scene: Scene;
  before(async () => {
    const image = await guestImage(message => process.stderr.write(`${message}\n`));
    scene = await startScene({ guests: 'boot' }, everywhere(image));
  });
  after(() => scene.down());

  it("is installed and runs in a guest whose user data has packages and commands of the user's own", async () => {
    const { cluster } = scene;
    const { rc, output } = await scene.run(PLAY, ['-e', `key=${cluster.sshKeyFile}.pub`]);
    expect(rc, output).to.equal(0);

    const lease = () => cluster.leases().find(({ mac }) => mac.toUpperCase() === MAC)?.address;
    const said = await inGuest(
      cluster,
      lease,
      'cloud-init status --wait; cat /srv/from-user; ls /srv/ran-by-user; ' +
        "dpkg-query -W -f '${Package} ${Version}\\n' qemu-guest-agent; systemctl is-active qemu-guest-agent",
    );
    expect(said.trim().split('\n')).to.include.members([
      'status: done',
      'made',
      '/srv/ran-by-user',
      'qemu-guest-agent 99',
      'active',
    ]);
    await qm(cluster, 'agent', '204', 'ping');
  });
});
