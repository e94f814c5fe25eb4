import { expect } from 'chai';
import { QM } from '../commands/qm.ts';
import { parseArguments } from './arguments.ts';
import type { Command } from './command.ts';
import { usageLine } from './usage.ts';

function command(name: string): Command {
  const found = QM.groups.flat().find(candidate => candidate.name === name);
  if (!found) throw new Error(`qm has no command ${name}`);
  return found;
}

describe('command line', () => {
  it('takes options as Getopt::Long does', () => {
    const { options, words } = parseArguments(command('set'), [
      '100',
      '-memory',
      '600',
      '--cores=2',
      '--args',
      '-foo',
    ]);

    expect([...options]).to.deep.equal([
      ['memory', '600'],
      ['cores', '2'],
      ['args', '-foo'],
    ]);
    expect(words).to.deep.equal(['100']);
  });

  it('lets a boolean and a secret stand alone', () => {
    const { options, valueless } = parseArguments(command('set'), [
      '100',
      '--onboot',
      '--cipassword',
      '--ciuser',
      'u',
    ]);

    expect(options.get('onboot')).to.equal('1');
    expect(options.get('ciuser')).to.equal('u');
    expect(valueless).to.deep.equal(['onboot', 'cipassword']);
  });

  it('refuses what it does not know', () => {
    expect(() => parseArguments(command('disk resize'), ['100', 'scsi0', '-1G'])).to.throw(
      'Unknown option: 1g',
    );
    expect(() => parseArguments(command('set'), ['100', '--memory'])).to.throw(
      'Option memory requires an argument',
    );
  });

  it('shows the usage with the words of the command', () => {
    expect(usageLine(QM, command('disk unlink'))).to.equal(
      'qm disk unlink <vmid> --idlist <string> [OPTIONS]',
    );
    expect(usageLine(QM, command('list'))).to.equal('qm list  [OPTIONS]');
  });
});
