import { expect } from 'chai';
import { startDemo } from './start-demo.ts';

/** The clones boot and let their user in with `npm run test:guests`, which goes by the API as well: that takes minutes. */
describe('npm start -- --no-boot', function () {
  this.timeout(300_000);

  it('makes VM, template and clones, and changes nothing the second time', async () => {
    const output = await startDemo('--no-boot');

    const summary = output.slice(output.lastIndexOf('== What was made'));
    expect(summary).to.match(/image {7}sha512:[0-9a-f]{128}/);
    expect(summary)
      .to.match(/9000 debian-12/)
      .and.to.match(/301 web-01/)
      .and.to.match(/302 web-02/);
    expect(summary).to.match(/first run {3}changed=[1-9]\d* failed=0, 10 qm calls/);
    expect(summary).to.contain('second run  changed=0 failed=0, 0 qm calls');
  });
});
