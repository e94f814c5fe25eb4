import { expect } from 'chai';
import { execa } from 'execa';
import { fileURLToPath } from 'node:url';

const file = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

const run = (code: string) =>
  execa('node', ['--import', 'tsx', '--input-type=module', '--eval', code], { stripFinalNewline: false });

const print = (value: string): Promise<string> =>
  run(`import { writeResult } from ${JSON.stringify(file('output.ts'))}; writeResult(${value});`).then(
    ({ stdout }) => stdout,
  );

describe('the result on standard output', () => {
  it('is one line of ASCII, because Ansible splits at other line ends and refuses bad bytes', async () => {
    const text = 'ä € 😀 \u2028 \u0085 \u007f \n \t "q" \\';
    const stdout = await print(JSON.stringify({ text }));

    expect(stdout).to.match(/^[\x20-\x7e]+\n$/);
    expect(JSON.parse(stdout)).to.deep.equal({ text });
  });

  it('survives half of a character, which is no valid UTF-8', async () => {
    expect(JSON.parse(await print('{ text: "\\ud83d" }'))).to.deep.equal({ text: '\ud83d' });
  });

  it('is complete on a pipe, however large it is', async () => {
    const { stdout } = await execa('node', ['--import', 'tsx', file('fixtures/print-result.ts')]);

    expect(JSON.parse(stdout)).to.include({ end: 'reached' });
    expect(stdout).to.have.length.above(3_000_000);
  });

  it('is complete on a pipe whose reader is slow', async () => {
    const { stdout } = await execa({
      shell: true,
    })`node --import tsx ${file('fixtures/print-result.ts')} | (sleep 0.3; wc -c)`;

    expect(Number(stdout)).to.be.above(3_000_000);
  });
}).timeout(120_000);
