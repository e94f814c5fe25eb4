import { expect } from 'chai';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../build/modules.ts';

const PAGE = readFileSync(join(root, 'docs/security.md'), 'utf8');

/** Rows of the tables whose last column says what shows them. */
function rows(): readonly (readonly [promise: string, proof: string])[] {
  const found: [string, string][] = [];
  let isTable = false;
  for (const line of PAGE.split('\n')) {
    if (/^\| promise \| shown by \|$/.test(line)) isTable = true;
    else if (!line.startsWith('|')) isTable = false;
    else if (isTable && !/^[|-]+$/.test(line)) {
      const [, promise = '', proof = ''] = line.split(/(?<!\\)\|/);
      found.push([promise.trim(), proof.trim()]);
    }
  }
  return found;
}

/** Test files that a proof names, `the same` being the last one before it, each with the titles in quotes behind it. */
function proofsOf(
  text: string,
  before: string,
): readonly (readonly [file: string, titles: readonly string[]])[] {
  const parts = text.split(/(?=`[^`]+\.test\.ts`|\bthe same\b)/).filter(part => /^(?:`|the same)/.test(part));
  let last = before;
  return parts.map(part => {
    last = /^`([^`]+\.test\.ts)`/.exec(part)?.[1] ?? last;
    return [last, [...part.matchAll(/"([^"]+)"/g)].map(([, title = '']) => title)] as const;
  });
}

describe('docs/security.md', () => {
  let last = '';
  for (const [promise, proof] of rows()) {
    it(`has a test that shows: ${promise.slice(0, 90)}`, () => {
      const proofs = proofsOf(proof, last);
      last = proofs.at(-1)?.[0] ?? last;
      expect(proofs, promise).to.not.be.empty;
      for (const [file, titles] of proofs) {
        expect(existsSync(join(root, file)), `${file} is there`).to.equal(true);
        const source = readFileSync(join(root, file), 'utf8');
        for (const title of titles) expect(source, `${file} has the test "${title}"`).to.contain(title);
      }
    });
  }

  it('promises something of everything that it speaks of', () => {
    expect(rows().length).to.be.greaterThan(20);
    for (const [, file = ''] of PAGE.matchAll(/`((?:modules-src|test|build)\/[^`]+\.ts)`/g))
      expect(existsSync(join(root, file)), `${file} is there`).to.equal(true);
  });
});
