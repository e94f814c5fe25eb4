import { optionName } from '../sdk/option-name.ts';
import { expect } from 'chai';
import { limitCommands, runCommand } from './run-command.ts';

describe('runCommand', () => {
  after(() => limitCommands(7200));

  it('ends a command that takes too long, and says which variable gives it more time', async () => {
    limitCommands(0.2);
    const { rc, stderr } = await runCommand(['sleep', 'infinity']);

    expect(rc).to.equal(-1);
    expect(stderr).to.contain('took longer than 0.2 s').and.to.contain(optionName('command_timeout'));
    limitCommands(7200);
  });

  it('keeps the end of a long output, and no more of it than a mebibyte or so', async () => {
    const { rc, stdout } = await runCommand(['sh', '-c', 'yes | head -c 200000000; echo the end']);

    expect(rc).to.equal(0);
    expect(stdout).to.match(/the end\n$/);
    expect(stdout.length).to.be.at.most(1.2 * 1024 ** 2);
  });

  it('hands no environment of the play to programs', async () => {
    process.env['https_proxy'] = 'http://user:hunter2@proxy';
    const { stdout } = await runCommand(['env']);
    delete process.env['https_proxy'];

    expect(stdout.trim().split('\n').sort()).to.deep.equal([
      'HOME=/root',
      'LC_ALL=C.UTF-8',
      'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    ]);
  });

  it('tells of a program that is not there, and passes words on as they stand', async () => {
    expect((await runCommand(['/no/such/program'])).stderr).to.contain('ENOENT');
    expect((await runCommand(['printf', '%s', '$(id) `id` ; "x"'])).stdout).to.equal('$(id) `id` ; "x"');
    expect((await runCommand(['cat'], 'secret\n')).stdout).to.equal('secret\n');
  });
});
