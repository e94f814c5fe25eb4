import { expect } from 'chai';
import fc from 'fast-check';
import { QM } from './qm.ts';
import { parseArguments } from '../cli/arguments.ts';
import type { Command } from '../cli/command.ts';
import { usageLine } from '../cli/usage.ts';

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

  it('takes a name for any beginning of it that no other name has', () => {
    const set = command('set');
    const names = Object.keys(set.parameters).map(name => name.toLowerCase());

    fc.assert(
      fc.property(fc.constantFrom(...names), fc.nat(), (name, length) => {
        const typed = name.slice(0, 1 + (length % name.length));
        const meant = names.includes(typed) ? [typed] : names.filter(other => other.startsWith(typed));
        const read = (): readonly string[] =>
          [...parseArguments(set, ['100', `--${typed}`, '1']).options.keys()].map(key => key.toLowerCase());

        if (meant.length === 1) expect(read()).to.deep.equal(meant);
        else expect(read).to.throw(`Option ${typed} is ambiguous (${[...meant].sort().join(', ')})`);
      }),
    );
  });

  it('joins a list that is given in pieces, and takes the last of anything else', () => {
    const argv = ['100', '--delete', 'a', '--delete', 'b,c', '--cores', '1', '--cores', '2'];

    expect([...parseArguments(command('set'), argv).options]).to.deep.equal([
      ['delete', 'a,b,c'],
      ['cores', '2'],
    ]);
  });

  it('complains about all that it does not know at once', () => {
    expect(() => parseArguments(command('set'), ['--foo', '1', '-bar', '--cores='])).to.throw(
      'Unknown option: foo\nUnknown option: bar\nOption cores requires an argument\n400 unable to parse option',
    );
  });

  it('shows the usage with the words of the command', () => {
    expect(usageLine(QM, command('disk unlink'))).to.equal(
      'qm disk unlink <vmid> --idlist <string> [OPTIONS]',
    );
    expect(usageLine(QM, command('list'))).to.equal('qm list  [OPTIONS]');
  });
});
