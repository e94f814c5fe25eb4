import { expect } from 'chai';
import { countsIn, faultsOf } from './counts.ts';

const log = (...counts: readonly (readonly [process: number, number: number])[]): string =>
  [
    'start 230 7 local:230/vm-230-disk-0.raw',
    ...counts.map(([process, number]) => `count 230 ${process} /d ${number}`),
  ].join('\n');
const faults = (...counts: readonly (readonly [process: number, number: number])[]): readonly string[] =>
  faultsOf(countsIn(log(...counts)));

describe('what guests have counted on a disk', () => {
  it('is well where each number follows the one before, from guest to guest', () => {
    expect(faults([7, 1], [7, 2], [8, 3], [8, 4])).to.deep.equal([]);
    expect(faults([7, 1], [7, 2], [8, 2], [8, 3]), 'killed between note and write').to.deep.equal([]);
  });

  it('is not where a number is lost, or counted twice', () => {
    expect(faults([7, 1], [7, 2], [8, 1]).join()).to.contain('counts 1, where 2 or 3 was due');
    expect(faults([7, 1], [7, 1]).join()).to.contain('where 2 was due');
    expect(faults([7, 1], [7, 2], [8, 4]).join()).to.contain('where 2 or 3 was due');
  });

  it('is not where two guests take turns', () => {
    expect(faults([7, 1], [8, 2], [7, 3]).join()).to.contain('although another guest has the disk');
  });
});
