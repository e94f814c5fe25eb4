import { expect } from 'chai';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startKeyMaker, type KeyMaker } from '../../modules-src/images/openpgp.fixture.ts';
import { onNode } from '../doors/door.ts';
import { startScene, type Scene } from '../scene.ts';

const FOLDER = 'https://cloud-images.ubuntu.com/releases/24.04/release';
const IMAGE = 'ubuntu-24.04-server-cloudimg-amd64.img';
const KEYSERVER = 'https://keyserver.ubuntu.com/pks/lookup';
const KEYRING = '/root/publisher.asc';

describe('signatures of publishers', function () {
  this.timeout(300_000);
  let scene: Scene;
  let keys: KeyMaker;
  let publisher: string;
  before(async () => {
    keys = startKeyMaker();
    publisher = keys.makeKey('publisher');
    scene = await startScene({}, {}, [KEYSERVER]);
    await scene.cluster.writeFile('pve01', KEYRING, keys.publicKeys([publisher], true));
    await serve(KEYSERVER, keys.publicKeys([publisher], true));
    const sums = `${scene.imageDigest} *${IMAGE}\n`;
    await serve(`${FOLDER}/SHA256SUMS`, sums);
    await serve(`${FOLDER}/SHA256SUMS.gpg`, keys.sign(publisher, sums));
    await serve('https://cloud-images.ubuntu.com/noble/current/unsigned.img', 'an image');
  });
  after(async () => {
    keys.remove();
    await scene.down();
  });

  const serve = async (url: string, content: string | Buffer): Promise<void> => {
    const path = join(scene.home, encodeURIComponent(url));
    writeFileSync(path, content);
    await scene.images.addFiles({ [url]: path });
  };
  const fetchByRole = (variables: Readonly<Record<string, string>>) =>
    scene.run('test/playbooks/image.yml', [
      '--tags',
      'image',
      '-e',
      JSON.stringify({ proxmox_cloud_image_verify: 'warn', ...variables }),
    ]);
  const fetchDirectly = (url: string) =>
    onNode(scene.cluster).run('cloud_image_fetch', { url, verify: 'warn', retry_delay: 0 });
  const cached = async (): Promise<string> =>
    (await scene.cluster.exec('pve01', ['ls', '-A', '/var/lib/vz/template/iso'])).stdout;

  it('count only with the key that the publisher is known by', async () => {
    const { failed, msg } = await fetchDirectly(`${FOLDER}/${IMAGE}`);

    expect(failed).to.equal(true);
    expect(msg).to.contain(
      `made with the key ${publisher}, and not with D2EB44626FDDC30B513D5BB71A5D6C4C7DB87C81`,
    );
    expect(await cached()).to.equal('');
  });

  it('must be there when their publisher is known to make them', async () => {
    const folder = 'https://cloud-images.ubuntu.com/noble/current';
    await scene.images.setFaults({ [`${folder}/SHA256SUMS.gpg`]: [{ kind: 'answer', status: 404 }] });
    const { failed, msg } = await fetchDirectly(`${folder}/unsigned.img`);

    expect(failed).to.equal(true);
    expect(msg).to.match(
      /SHA256SUMS\.gpg cannot be had: .* answered 404 .*to unsigned to do without the signature/,
    );
    expect(await cached()).to.equal('');
  });

  it('count with the user’s own keys, found without being named', async () => {
    const { rc, output, counts } = await fetchByRole({
      proxmox_vm_cloud_image: 'ubuntu-24.04',
      proxmox_vm_cloud_image_keyring: KEYRING,
    });

    expect(rc, output).to.equal(0);
    expect(counts.changed).to.equal(1);
    expect(output).to.contain('verified by signature').and.not.to.contain('NOT VERIFIED');
    expect(await cached()).to.equal(`.${IMAGE}.json\n${IMAGE}\n`);
  });

  it('of the test node’s server are there for Ubuntu’s images, and known to its inventory', async () => {
    const { rc, output } = await fetchByRole({
      proxmox_vm_cloud_image: 'ubuntu-22.04',
      proxmox_cloud_image_verify: 'signed',
    });

    expect(rc, output).to.equal(0);
    expect(output).to.contain('verified by signature').and.not.to.contain('WARNING');
  });
});
