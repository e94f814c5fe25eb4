import { expect } from 'chai';
import { startDemo } from './start-demo.ts';

describe('npm start', function () {
  this.timeout(900_000);
  this.slow(300_000);

  it('makes VM, template and clones, boots the clones, logs in, and changes nothing the second time', async () => {
    const output = await startDemo();

    const summary = output.slice(output.lastIndexOf('== What was made'));
    expect(summary).to.match(/image {7}sha512:[0-9a-f]{128}/);
    expect(summary).to.match(/9000 debian-12/);
    expect(summary).to.contain('SSH to web-01: ok (hostname web-01, address 10.98.0.101)');
    expect(summary).to.contain('SSH to web-02: ok (hostname web-02, address 10.98.0.102)');
    expect(summary).to.match(/first run {3}changed=[1-9]\d* failed=0, 10 qm calls/);
    expect(summary).to.contain('second run  changed=0 failed=0, 0 qm calls');
  });

  it('shows the same by the API, with a token and an inventory that has no node', async () => {
    const output = await startDemo('--api', '--no-boot');

    expect(output).to.match(/Proxmox VE: VM 9000 \(debian-12\) on pve01, by the API of /);
    expect(output).to.match(/first run {3}changed=[1-9]\d* failed=0, [1-9]\d* changing API calls/);
    expect(output).to.contain('second run  changed=0 failed=0, 0 changing API calls');
  });
});
