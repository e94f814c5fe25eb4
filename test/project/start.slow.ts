import { expect } from 'chai';
import { execa } from 'execa';
import { root } from '../../build/modules.ts';

describe('npm start', function () {
  this.timeout(900_000);
  this.slow(300_000);

  it('makes VM, template and clones, boots the clones, logs in, and changes nothing the second time', async () => {
    const { exitCode, all } = await execa('tsx', ['testnode/demo.ts'], {
      cwd: root,
      all: true,
      reject: false,
      preferLocal: true,
    });

    expect(exitCode, all).to.equal(0);
    const summary = all.slice(all.lastIndexOf('== What was made'));
    expect(summary).to.match(/image {7}sha512:[0-9a-f]{128}/);
    expect(summary).to.match(/9000 debian-12/);
    expect(summary).to.contain('SSH to web-01: ok (hostname web-01, address 10.98.0.101)');
    expect(summary).to.contain('SSH to web-02: ok (hostname web-02, address 10.98.0.102)');
    expect(summary).to.match(/first run {3}changed=[1-9]\d* failed=0, 10 qm calls/);
    expect(summary).to.contain('second run  changed=0 failed=0, 0 qm calls');
  });

  it('shows the same by the API, with a token and an inventory that has no node', async () => {
    const { exitCode, all } = await execa('tsx', ['testnode/demo.ts', '--api', '--no-boot'], {
      cwd: root,
      all: true,
      reject: false,
      preferLocal: true,
    });

    expect(exitCode, all).to.equal(0);
    expect(all).to.match(/Proxmox VE: VM 9000 \(debian-12\) on pve01, by the API of /);
    expect(all).to.match(/first run {3}changed=[1-9]\d* failed=0, 0 qm calls/);
    expect(all).to.contain('second run  changed=0 failed=0, 0 qm calls');
  });
});
