import { expect } from 'chai';
import { NO_SIGNS } from '../pve/vms/guest-signs.ts';
import type { Readings } from '../sdk/cluster.ts';
import type { GuestSigns, ProgramEnd } from '../sdk/readings.ts';
import { StepError } from '../sdk/step-error.ts';
import type { TestGuestAction } from '../sdk/step.ts';
import { readTestOutcome, testGuest } from './test.ts';
import { waitForSign } from './wait.ts';

const action: TestGuestAction = {
  kind: 'test-guest',
  vmid: 9002,
  sign: 'cloud-init',
  commands: [],
  timeoutSeconds: 60,
};
/** For what is waited for in vain. */
const SHORT = { timeoutSeconds: 0.05 };
const up: GuestSigns = {
  agent: true,
  interfaces: [],
  cloudInit: { status: 'done', detail: '' },
  failedUnits: [],
};
const failed: GuestSigns = {
  ...up,
  cloudInit: { status: 'error', detail: 'no such package: nginxx' },
  failedUnits: ['nginx.service'],
};

describe('what a test of a guest comes to', () => {
  /** Why it has not passed; undefined: it has. */
  async function flaw(
    signs: GuestSigns,
    more: Partial<TestGuestAction> = {},
    runs: (command: string) => ProgramEnd | undefined = () => ({ exitCode: 0, output: '' }),
    isRunning: () => boolean = () => true,
    start: () => Promise<void> = () => Promise.reject(new Error('it runs')),
  ): Promise<string | undefined> {
    const guest = {
      readSigns: () => Promise.resolve(signs),
      isRunning: () => Promise.resolve(isRunning()),
      runProgram: (_: number, [, , command = '']: readonly string[]) => Promise.resolve(runs(command)),
      start,
    };
    await testGuest({ ...action, ...more }, guest, work => work(() => 'its console showed last: login:'));
    return (await readTestOutcome())?.failure;
  }

  it('is nothing to say of one whose cloud-init has done all it was told, with warnings or without', async () => {
    expect(await flaw(up)).to.equal(undefined);
    expect(await flaw({ ...up, cloudInit: { status: 'degraded done', detail: '' } })).to.equal(undefined);
  });

  it('is what cloud-init told, the units that failed and the console', async () => {
    expect(await flaw(failed)).to.equal(
      'cloud-init ended with "error"; errors of cloud-init: no such package: nginxx; ' +
        'units that failed: nginx.service; its console showed last: login:',
    );
    expect(await flaw({ ...up, cloudInit: { status: 'disabled', detail: '' } })).to.contain('"disabled"');
  });

  it('does not ask for cloud-init where it is the boot alone', async () => {
    expect(await flaw(failed, { sign: 'agent' })).to.equal(undefined);
  });

  it('is judged by the answer that was waited for, where the guest has too much to do for a second one', async () => {
    const answers = [NO_SIGNS, up];
    const guest = {
      readSigns: () => Promise.resolve(answers.shift() ?? NO_SIGNS),
      isRunning: () => Promise.resolve(true),
      runProgram: () => Promise.resolve(undefined),
      start: () => Promise.resolve(),
    };
    await testGuest(action, guest, work => work(() => ''));

    expect(await readTestOutcome()).to.deep.equal({ failure: undefined });
  });

  it('is found by questions of which each has all the time that is left', async () => {
    const asked: number[] = [];
    const readSigns: Readings['readSigns'] = (_, { seconds = 0 }) =>
      Promise.resolve(asked.push(seconds) === 1 ? NO_SIGNS : up);
    const guest = { readSigns, isRunning: () => Promise.resolve(true) };
    const wait = { ...action, kind: 'wait-guest', addresses: [] } as const;

    expect(await waitForSign(wait, guest, () => '')).to.equal(up);
    expect(asked).to.have.lengthOf(2);
    expect(asked[0]).to.be.above(asked[1]!).and.to.be.at.most(60);
  });

  it('is what is missing when the time is over, or that the VM has stopped', async () => {
    expect(await flaw(NO_SIGNS, SHORT)).to.equal(
      'its guest agent did not answer within 0.05 s; its console showed last: login:',
    );
    const looks = [true, false];
    expect(await flaw(NO_SIGNS, {}, undefined, () => looks.shift() ?? false)).to.contain(
      'the VM stopped while its guest was waited for',
    );
  });

  it('is why it cannot be started, which is tried again for as long as there is time where that may pass', async () => {
    const refuses = (message: string, transient: boolean) => () =>
      Promise.reject(new StepError(message, transient));
    const stopped = (): boolean => false;
    const at = (start: () => Promise<void>) => flaw(up, SHORT, undefined, stopped, start);

    expect(await at(refuses("bridge 'vmbr9' does not exist", false))).to.equal(
      "its clone cannot be started: bridge 'vmbr9' does not exist",
    );
    expect(await at(refuses('got timeout', true))).to.equal('its clone cannot be started: got timeout');
    let tries = 0;
    const atLast = (): Promise<void> =>
      (tries += 1) === 2 ? Promise.resolve() : Promise.reject(new StepError('got timeout', true));
    expect(await flaw(up, {}, undefined, () => tries === 2, atLast)).to.equal(undefined);
  });

  it('is the first command that does not end with 0, with what it said at last', async () => {
    const commands = ['true', 'test -x /usr/bin/python3', 'never'];
    const long = { commands };
    const output = '1\n2\n3\n4\n5\n\nno python\n';

    expect(await flaw(up, long, command => ({ exitCode: command === 'true' ? 0 : 2, output }))).to.contain(
      '`test -x /usr/bin/python3` ended with 2: 2 | 3 | 4 | 5 | no python; its console',
    );
    expect(await flaw(up, long, () => ({ exitCode: 1, output: '' }))).to.contain('and said nothing');
    expect(await flaw(up, long, () => undefined)).to.contain('`true` did not end in time');
    expect(await flaw(up, long)).to.equal(undefined);
  });

  it('is nothing where nobody was let ask: that tells of no guest', async () => {
    const refused = new StepError('GET /x: Permission check failed', false, true);
    const fails = () => Promise.reject(refused);
    const guest = {
      readSigns: fails,
      isRunning: () => Promise.resolve(true),
      runProgram: fails,
      start: () => Promise.resolve(),
    };
    const asked = (more: object) =>
      testGuest(action, { ...guest, ...more }, work => work(() => '')).then(() => undefined, String);

    expect(await asked({})).to.contain('Permission check failed');
    expect(await asked({ isRunning: () => Promise.resolve(false), start: fails })).to.contain(
      'Permission check failed',
    );
  });
});
