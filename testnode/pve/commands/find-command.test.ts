import { expect } from 'chai';
import { QM } from './qm.ts';
import { findCommand } from '../cli/find-command.ts';

describe('name of a command', () => {
  const found = (...argv: readonly string[]): string => {
    const result = findCommand(QM, argv);
    return result.kind === 'command'
      ? `${result.command.name} with ${result.rest.join(' ')}`
      : `${result.kind} ${result.name}`;
  };

  it('may be as short as it is clear', () => {
    expect(found('stat', '100')).to.equal('status with 100');
    expect(found('disk', 'resi', '100')).to.equal('disk resize with 100');
    expect(found('sta', '100')).to.equal('several sta');
  });

  it('may be an alias, which has no short form', () => {
    expect(found('importdisk', '100')).to.equal('disk import with 100');
    expect(found('importd', '100')).to.equal('none importd');
  });

  it('wants a second word where there are several', () => {
    expect(found('cloudinit')).to.equal('group cloudinit');
    expect(found('cloudinit', 'foo')).to.equal('none cloudinit foo');
  });
});
