import { expect } from 'chai';
import { isGood, markdown, withoutPlace, type Report } from './report.ts';

const REPORT: Report = {
  pve: { version: '9.2.1', kernel: '6.17.4-1-pve', storages: ['zfspool'] },
  door: 'api',
  versions: { role: '0.1.0', 'ansible-core': '2.19.0', node: 'v24.0.0' },
  date: '2026-11-27',
  seconds: 61,
  outcomes: [{ scenario: 'removal', step: 'the VM goes', state: 'passed', seconds: 2.5 }],
  left: [],
};

describe('the report of an acceptance run', () => {
  it('has the row of the README, and each step', () => {
    expect(markdown(REPORT))
      .to.contain('| 2026-11-27 | 9.2.1 | 6.17.4-1-pve | zfspool | API | 2.19.0 | 0.1.0 | 1 of 1 | 61 |')
      .and.to.contain('| removal | the VM goes | passed |  | 2.5 |');
  });

  it('is good when every step has passed and nothing is left', () => {
    const failed = {
      scenario: 'removal',
      step: 'again',
      state: 'failed',
      reason: 'a|b',
      seconds: 1,
    } as const;

    expect(isGood(REPORT)).to.equal(true);
    expect(isGood({ ...REPORT, left: ['the pool'] })).to.equal(false);
    expect(isGood({ ...REPORT, outcomes: [...REPORT.outcomes, failed] })).to.equal(false);
    expect(markdown({ ...REPORT, outcomes: [failed] })).to.contain('a\\|b');
  });

  it('does not tell names and addresses of the place', () => {
    expect(
      withoutPlace('pve01 (10.0.0.7): storage tank has no room, pve01 is full', ['tank', 'pve01', '']),
    ).to.equal('… (…): storage … has no room, … is full');
  });
});
