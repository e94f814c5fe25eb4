import { expect } from 'chai';
import { formatConfig } from './format.ts';
import { parseConfig } from './parse.ts';

describe('configuration file', () => {
  it('is written as it was read', () => {
    const text = [
      '#built %C3%A4 100%25',
      '#second line',
      'boot: order=scsi0',
      'memory: 512',
      '',
      '[PENDING]',
      'agent: 1',
      'delete: ide2',
      '',
      '[special:cloudinit]',
      'added: net1',
      '',
      '[s1]',
      'memory: 256',
      'snaptime: 1795228445',
      '',
    ].join('\n');

    expect(formatConfig(parseConfig(100, text).config)).to.equal(text);
  });

  it('sorts keys and decodes the description', () => {
    const { config } = parseConfig(100, '# hand comment\nname: x\ncores: 2\n');

    expect(config.current.get('description')).to.equal(' hand comment');
    expect(formatConfig(config)).to.equal('# hand comment\ncores: 2\nname: x\n');
  });

  it('reads an empty value back as a blank, and writes it with two', () => {
    const { config } = parseConfig(100, 'boot: \n');

    expect(formatConfig(config)).to.equal('boot:  \n');
  });

  it('warns about what it drops', () => {
    const { config, warnings } = parseConfig(150, 'garbage line\nunknownkey: x\nmemory: 333\n');

    expect(warnings).to.deep.equal([
      'vm 150 - unable to parse config: garbage line',
      "vm 150 - unable to parse value of 'unknownkey' - unknown setting 'unknownkey'",
    ]);
    expect([...config.current]).to.deep.equal([['memory', '333']]);
  });
});
