import { expect } from 'chai';
import { instanceIdIn } from '../../modules-src/pve/cloud-init/files.ts';
import { readIso } from '../../modules-src/pve/text/iso9660.ts';
import { readQcow2 } from '../../modules-src/pve/text/qcow2.ts';
import { openRestAccess } from '../../testnode/host/rest-access.ts';
import type { ModuleResult } from '../bundle.ts';
import { byApi, onNode, type WayIn } from '../doors/door.ts';
import { startScene, type Scene } from '../scene.ts';

const EXAMPLE = 'examples/first-boot.yml';

/** The node takes the address that the example's guest would have, so that an SSH server answers there. */
const ANSWER_AS_THE_GUEST = `
set -e
ip addr add 10.98.0.103/24 dev vmbr0
useradd --create-home --shell /bin/bash --password '*' debian
mkdir -p /home/debian/.ssh
cat > /home/debian/.ssh/authorized_keys
chown -R debian: /home/debian
`;

/** A guest agent and a serial console, at the places of QEMU's sockets. */
const GUEST = `
const { createServer } = require('node:net');
const answers = {
  'guest-network-get-interfaces': [{ name: 'eth0', 'hardware-address': MAC, 'ip-addresses': [{ 'ip-address': '10.98.0.150' }] }],
  'guest-exec': { pid: 7 },
  'guest-exec-status': { exited: true, exitcode: 0, 'out-data': Buffer.from(STATUS).toString('base64') },
};
const [directory, vmid] = ['/var/run/qemu-server/', process.argv[1]];
createServer(socket => socket.on('data', data => {
  for (const line of data.toString().trim().split('\\n')) {
    const { execute, arguments: { id } } = JSON.parse(line);
    socket.write(JSON.stringify({ return: id ?? answers[execute] }) + '\\n');
  }
})).listen(directory + vmid + '.qga', () => console.log('ready'));
createServer(socket => socket.write('\\u001b[1mKernel panic\\u001b[0m\\r\\n')).listen(directory + vmid + '.serial0');
`;

describe('first boot', function () {
  this.timeout(300_000);
  let scene: Scene;
  let api: WayIn;
  before(async () => {
    scene = await startScene();
    api = byApi(scene.cluster, await openRestAccess(scene.cluster));
  });
  after(() => scene.down());

  const exec = (argv: readonly string[], stdin = ''): Promise<string> =>
    scene.cluster.succeed('pve01', argv, { stdin });

  it('is waited for, and the play goes on in the VM', async () => {
    await exec(['/bin/sh', '-c', ANSWER_AS_THE_GUEST], `${scene.publicKey}\n`);

    // ssh asks the password database, not HOME, where keys and known hosts are.
    const { rc, output } = await scene.run(EXAMPLE, [], {
      ANSIBLE_PRIVATE_KEY_FILE: `${scene.home}/.ssh/id_ed25519`,
      ANSIBLE_SSH_ARGS: `-o UserKnownHostsFile=${scene.home}/.ssh/known_hosts`,
    });

    expect(rc, output).to.equal(0);
    expect(output).to.contain('pve01 answers').and.contain('guest: 10.98.0.103');
  });

  it('is waited for by the API as well, from the controller', async () => {
    const wish = { vmid: 203, name: 'first-boot', state: 'started', wait_for: 'ssh', wait_timeout: 120 };
    for (const { name, run } of [onNode(scene.cluster), api]) {
      const result = await run('vm_power', wish);

      expect(result, `${name}: ${result.msg}`).to.include({
        failed: false,
        changed: false,
        ssh: '10.98.0.103',
      });
    }
  });

  it('is told by the agent, of which the API asks the node', async () => {
    await exec([
      ...['qm', 'create', '205', '--name', 'agent', '--agent', '1', '--net0', 'virtio,bridge=vmbr0'],
      ...['--ipconfig0', 'ip=10.98.0.105/24', '--ide2', 'local:cloudinit', '--boot', 'order=scsi0'],
      ...['--scsi0', 'local:1,format=raw'],
    ]);
    // Something that boots.
    const disk = '/var/lib/vz/images/205/vm-205-disk-0.raw';
    await exec(['sh', '-c', `printf '\\125\\252' | dd of=${disk} bs=1 seek=510 conv=notrunc status=none`]);
    const wish = { vmid: 205, name: 'agent', state: 'started', wait_for: 'address', wait_timeout: 60 };

    const up = await api.run('vm_power', wish);

    expect(up, up.msg).to.deep.include({ failed: false, changed: true, addresses: ['10.98.0.105'] });
  });

  describe('of a running VM on a file storage', () => {
    const identity = { vmid: 204, name: 'ci', storage: 'local', retries: 0 };
    const apply = (more: Readonly<Record<string, unknown>>) =>
      call('cloudinit_apply', { ...identity, ...more });
    const wait = (more: Readonly<Record<string, unknown>>) =>
      call('vm_power', { vmid: 204, name: 'ci', state: 'started', retries: 0, wait_timeout: 2, ...more });

    const call = (name: string, args: Readonly<Record<string, unknown>>): Promise<ModuleResult> =>
      onNode(scene.cluster).run(name, args);

    const verbs = async (): Promise<string[]> =>
      (await scene.newCalls()).map(({ argv }) => argv.slice(1, 3).join(' '));

    const vendorSnippet = async (): Promise<string> => {
      const found = /vendor=local:(snippets\/[^,\s]+)/.exec(await exec(['qm', 'config', '204']));
      return `/var/lib/vz/${found?.[1] ?? 'snippets/none'}`;
    };

    /** Files of the drive, read by nothing of the module's way to it. */
    async function drive(): Promise<ReadonlyMap<string, string>> {
      const path = '/var/lib/vz/images/204/vm-204-cloudinit.qcow2';
      const file = Buffer.from(await exec(['base64', '-w0', path]), 'base64');
      const files = readIso(readQcow2(file) ?? file) ?? new Map<string, Buffer>();
      return new Map([...files].map(([name, content]) => [name, content.toString('utf8')]));
    }

    const wanted = {
      user: 'Administrator',
      ssh_keys: ['# a comment'],
      dns: ['1.1.1.1', '8.8.8.8'],
      ip: '10.98.0.104/24',
      gw: '10.98.0.1',
      ip6: 'auto',
      networks: { net1: { ip: '10.99.0.4/24', ip6: '2001:db8::4/64' } },
      vendor_data: '#cloud-config\nntp: {enabled: true}\n',
    };

    it('has the drive and the instance-id that were foreseen', async () => {
      await exec([
        'qm',
        'create',
        '204',
        '--name',
        'ci',
        '--agent',
        '1',
        '--net0',
        'virtio,bridge=vmbr0',
        '--net1',
        'e1000,bridge=vmbr1',
      ]);
      const result = await apply(wanted);
      const id = result['instance_id'] as { readonly after: string };

      expect(result['cloud_init'], result.msg).to.match(/^applies at next boot: the VM had no/);
      const files = await drive();
      expect(instanceIdIn(files.get('meta-data') ?? '')).to.equal(id.after);
      expect(files.get('user-data')).to.equal(
        await exec(['qm', 'cloudinit', 'dump', '204', 'user']).then(text => text.slice(0, -1)),
      );
      expect(files.get('vendor-data')).to.equal(wanted.vendor_data);
      expect(await exec(['stat', '-c', '%U:%G %a', await vendorSnippet()])).to.equal('root:www-data 640\n');
    });

    it('is told what a change does, and gets its drive anew', async () => {
      await exec(['qm', 'start', '204']);
      await scene.newCalls();
      const result = await apply({ ...wanted, user: 'other' });

      expect(result['cloud_init']).to.match(/^applies at next boot: .*; the VM runs, so restart it$/);
      expect(await verbs()).to.deep.equal(['set 204', 'cloudinit update']);
      expect((await apply({ ...wanted, user: 'other' }))['cloud_init']).to.equal('unchanged');
      expect(await verbs()).to.deep.equal([]);
    });

    it('gets its drive anew after a run that died before it was written', async () => {
      await exec(['qm', 'set', '204', '--searchdomain', 'example.test']);
      await scene.newCalls();

      await apply({ ...wanted, user: 'other', domain: 'example.test' });

      expect(await verbs()).to.deep.equal(['cloudinit update']);
      expect((await drive()).get('user-data')).to.contain('fqdn: ci.example.test\n');
    });

    it('gets its drive anew after a run that died when only the snippet was written', async () => {
      const more = {
        ...wanted,
        user: 'other',
        domain: 'example.test',
        vendor_data: '#cloud-config\nntp: {}\n',
      };
      await scene.cluster.writeFile('pve01', await vendorSnippet(), more.vendor_data);
      await scene.newCalls();

      const result = await apply(more);

      expect(await verbs()).to.deep.equal(['cloudinit update']);
      expect(result['cloud_init']).to.match(
        /^not applied until `cloud-init clean --reboot` runs in the guest/,
      );
      expect((await drive()).get('vendor-data')).to.equal(more.vendor_data);
    });

    it('loses the snippets that nobody wants any more', async () => {
      await apply({ ...wanted, user: 'other', domain: 'example.test', vendor_data: undefined });

      expect(await exec(['ls', '/var/lib/vz/snippets'])).not.to.contain('proxmox-role-204');
      expect(await exec(['qm', 'config', '204'])).not.to.contain('cicustom');
    });

    it('fails in time, with the reason, when its guest does not come up', async () => {
      const { failed, msg } = await wait({ wait_for: 'agent' });

      expect(failed).to.equal(true);
      expect(msg).to.contain(
        'its guest agent did not answer within 2 s; its console (`qm terminal 204`) showed nothing',
      );
    });

    it('shows what its guest tells', async () => {
      const mac = /net0: virtio=([^,]+)/.exec(await exec(['qm', 'config', '204']))?.[1] ?? '';
      const guest = (status: string) =>
        GUEST.replace('MAC', JSON.stringify(mac)).replace('STATUS', JSON.stringify(status));
      const program = guest('status: running\n--units--\n');
      await exec([
        '/bin/bash',
        '-c',
        'setsid node -e "$1" 204 > /run/guest.log 2>&1 & until grep -q ready /run/guest.log; do sleep 0.1; done',
        'x',
        program,
      ]);

      const stuck = await wait({ wait_for: 'cloud-init', wait_timeout: 10 });
      expect(stuck.msg)
        .to.contain('cloud-init is still "running" within 10 s')
        .and.contain('showed last: Kernel panic');
      const up = await wait({ wait_for: 'address', wait_timeout: 120 });
      expect(up).to.deep.include({
        failed: false,
        changed: false,
        addresses: ['10.98.0.150'],
        interfaces: [{ device: 'net0', name: 'eth0', mac: mac.toLowerCase(), addresses: ['10.98.0.150'] }],
        cloud_init_status: { status: 'running', detail: '' },
        failed_units: [],
      });
    });
  });
});
