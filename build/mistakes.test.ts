import { expect } from 'chai';
import { answersTo, mistakes } from './outputs/mistakes.ts';

describe('the answer to a mistake', () => {
  it('is known for forty of them and more', () => {
    expect(mistakes.length).to.be.at.least(40);
  });

  for (const mistake of mistakes) {
    it(`names the variable and the way out: ${JSON.stringify(mistake)}`, () => {
      const answers = answersTo(mistake);
      const names = Object.keys(mistake);

      expect(answers).to.not.deep.equal([]);
      if (!names.includes('play_variables'))
        expect(answers.some(({ variable }) => names.some(name => variable.includes(name)))).to.equal(true);
      for (const { message, fix } of answers) expect([message, fix]).to.not.include('');
    });

    it(`is short, and tells nothing twice: ${JSON.stringify(mistake)}`, () => {
      const lines = answersTo(mistake).map(({ variable, message }) => `${variable}: ${message}`);

      expect(lines.length).to.be.at.most(12);
      expect(new Set(lines).size).to.equal(lines.length);
      expect(lines.every(line => line.length < 500)).to.equal(true);
    });
  }
});
