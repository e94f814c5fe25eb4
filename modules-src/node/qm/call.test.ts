import { expect } from 'chai';
import { join } from 'node:path';
import { removePrivateFiles } from '../../system/private-files.ts';
import type { CommandResult } from '../../system/run-command.ts';
import { callPerl } from './call.ts';
import { startPerl, type Perl } from './perl.ts';

const FIXTURES = `-I${join(import.meta.dirname, 'fixtures')}`;

describe('a call of qm in a child of Perl', () => {
  let perl: Perl;
  before(async () => {
    perl = await startPerl([FIXTURES]);
    expect(await perl.ready).to.equal(true);
  });
  after(() => {
    perl.end();
    removePrivateFiles();
  });

  const call = (argv: readonly string[], input = '', seconds?: number): Promise<CommandResult | undefined> =>
    callPerl(perl, argv, input, seconds);
  const said = async (...argv: readonly string[]): Promise<string | undefined> => (await call(argv))?.stdout;

  it('gets its words as they stand, whatever they are', async () => {
    const words = ['', 'a\nb', "'$(id)'", 'ä漢\u{1f600}', '--x=1', 'x'.repeat(100_000)];
    expect(await said('say', ...words)).to.equal(`${words.join('|')}\n`);
  });

  it('gets its secrets on its standard input', async () => {
    const secret = `${'hunter2\n'.repeat(2)}${'y'.repeat(300_000)}`;
    expect(await call(['echo'], secret)).to.deep.equal({ rc: 0, stdout: secret, stderr: '' });
  });

  it('may leave its standard input unread', async () => {
    expect(await call(['say', 'done'], 'x'.repeat(1_000_000))).to.include({ rc: 0, stdout: 'done\n' });
  });

  it('answers with its exit code and both of its outputs', async () => {
    expect(await call(['complain', 'no\n', '7'])).to.deep.equal({ rc: 7, stdout: '', stderr: 'no\n' });
    expect(await call(['die', 'a reason'])).to.deep.include({ stderr: 'a reason\n' });
    expect((await call(['die', 'a reason']))?.rc).to.be.greaterThan(0);
    expect(await call(['complain', '', '3'])).to.deep.include({
      rc: 3,
      stderr: 'it failed with exit code 3',
    });
  });

  it('is as fresh as a program: its own random numbers, no handlers of signals, no files of others', async () => {
    const [one, two] = await Promise.all([said('random'), said('random')]);
    expect(one).not.to.equal(two);
    expect(await said('handlers')).to.equal('');
    const alone = await said('connections');
    const [beside] = await Promise.all([said('connections'), said('random'), said('random')]);
    expect(beside).to.equal(alone);
  });

  it('bears its arguments in its name, for whoever looks what still works on a VM', async () => {
    const name = await said('name', 'create', '200');
    expect(name?.replaceAll('\0', '')).to.equal('/usr/sbin/qm name create 200');
  });

  it('runs beside others, each with its own answer', async () => {
    const numbers = Array.from({ length: 20 }, (_, index) => String(index));
    const answers = await Promise.all(numbers.map(number => call(['say', number], number)));

    expect(answers.map(answer => answer?.stdout)).to.deep.equal(numbers.map(number => `${number}\n`));
  });

  it('is waited for until nobody writes its output any more', async () => {
    expect(await said('background')).to.equal('later\n');
  });

  it('keeps the end of a long output', async () => {
    const stdout = await said('output', '20000');
    expect(stdout).to.match(/xthe end\n$/);
    expect(stdout?.length).to.be.at.most(1.2 * 1024 ** 2);
  });

  it('is ended when it takes too long, also when it does not want to', async () => {
    const late = await call(['sleep', '600'], '', 0.3);
    expect(late).to.include({ rc: -1, stdout: 'begun\n' });
    expect(late?.stderr).to.contain('took longer than 0.3 s');
    expect(await call(['stubborn'], '', 0.1)).to.include({ rc: -1 });
  });

  it('that is killed is no success', async () => {
    expect(await call(['kill-self'])).to.deep.include({ rc: -1, stderr: 'it was ended by signal 9' });
  });
});

describe('a Perl process', () => {
  after(removePrivateFiles);

  it('that is killed leaves its children to their end, and nobody knows what that was', async () => {
    const perl = await startPerl([FIXTURES]);
    await perl.ready;
    const result = await callPerl(perl, ['kill-parent'], '');
    perl.end();

    expect(result).to.deep.include({ rc: -1, stdout: 'went on\n' });
    expect(result?.stderr).to.contain('process that had started it was ended');
  });

  it('makes no calls when it is gone, so that they can be made otherwise', async () => {
    const perl = await startPerl([FIXTURES]);
    await perl.ready;
    perl.end();

    expect(await callPerl(perl, ['say', 'x'], '')).to.equal(undefined);
    expect(await callPerl(perl, ['say', 'x'], '')).to.equal(undefined);
  });

  it('is not to be had where the module is not', async () => {
    const perl = await startPerl();
    expect(await perl.ready).to.equal(false);
    perl.end();
  });

  it('that says what nobody expects is of no use', async () => {
    const perl = await startPerl([FIXTURES, '-MPOSIX', '-e', 'BEGIN { $| = 1; print "hello\\n" }']);
    expect(await perl.ready).to.equal(false);
    expect(await callPerl(perl, ['say', 'x'], '')).to.equal(undefined);
    perl.end();
  });
});
