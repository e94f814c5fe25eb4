import { expect } from 'chai';
import { execa } from 'execa';
import { fileURLToPath } from 'node:url';

const file = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

const print = (value: string): Promise<string> =>
  execa(
    'node',
    [
      ...['--import', 'tsx', '--input-type=module', '--eval'],
      `import { writeResult } from ${JSON.stringify(file('output.ts'))}; writeResult(${value});`,
    ],
    { stripFinalNewline: false },
  ).then(({ stdout }) => stdout);

describe('the result on standard output', () => {
  it('is one line of ASCII, because Ansible splits at other line ends and refuses bad bytes, such as half of a character', async () => {
    const text = 'ä € 😀 \u2028 \u0085 \u007f \n \t "q" \\ \ud83d';
    const stdout = await print(JSON.stringify({ text }));

    expect(stdout).to.match(/^[\x20-\x7e]+\n$/);
    expect(JSON.parse(stdout)).to.deep.equal({ text });
  });

  it('is complete on a pipe, however large it is and however slow its reader', async () => {
    const { stdout } = await execa({
      shell: true,
    })`node --import tsx ${file('fixtures/print-result.ts')} | (sleep 0.3; cat)`;

    expect(JSON.parse(stdout)).to.include({ end: 'reached' });
    expect(stdout).to.have.length.above(3_000_000);
  });
}).timeout(120_000);
