import { expect } from 'chai';
import { progressReport, secondsToWait } from './report.ts';

const MIB = 1024 ** 2;

describe('the progress of a download', () => {
  it('has percent, rate and the time that is left', () => {
    const samples = [
      { at: 0, bytes: 50 * MIB, total: 200 * MIB },
      { at: 5000, bytes: 100 * MIB, total: 200 * MIB },
    ];

    expect(progressReport(false, samples)).to.deep.equal({
      ended: false,
      progress: '50 % of 200.0 MiB, 10.5 MB/s, 10 s left',
      bytes: 100 * MIB,
      total: 200 * MIB,
      mb_per_second: 10.5,
    });
  });

  it('has the bytes where the server did not say how many there are', () => {
    const samples = [
      { at: 0, bytes: undefined, total: undefined },
      { at: 1000, bytes: 3 * MIB, total: undefined },
    ];

    expect(progressReport(false, samples)['progress']).to.equal('3.0 MiB, 0 MB/s');
  });

  it('promises no end while nothing comes', () => {
    const stuck = { at: 0, bytes: MIB, total: 4 * MIB };

    expect(progressReport(false, [stuck, { ...stuck, at: 5000 }])['progress']).to.equal(
      '25 % of 4.0 MiB, 0 MB/s',
    );
  });

  it('says what happens when no bytes come any more', () => {
    const whole = { at: 0, bytes: MIB, total: MIB };
    const none = { at: 0, bytes: undefined, total: undefined };

    expect(progressReport(false, [whole])['progress']).to.equal('1.0 MiB are there, being verified');
    expect(progressReport(false, [none])['progress']).to.match(/asking for the image/);
    expect(progressReport(true, [none])).to.deep.equal({ ended: true, progress: 'done' });
  });

  it('is looked at less than 200 times, however long it may take', () => {
    for (const timeout of [60, 7200, 86_400, 7 * 86_400]) {
      let looks = 0;
      for (let age = 0; age < timeout; age += secondsToWait(age, timeout)) looks += 1;

      expect(looks, `${timeout} s`).to.be.lessThan(200);
    }
  });
});
