import { expect } from 'chai';
import { connectionOptions, withConnection } from './connection-options.ts';

describe('the options of the connection', () => {
  it('are beside those of every module', () => {
    const vmid = { type: 'int', description: 'Number.' } as const;

    expect(withConnection({ vmid })).to.deep.equal({ vmid, ...connectionOptions });
  });

  it('leave a name to the module that has it', () => {
    const own = { validate_certs: { type: 'bool', description: 'Of the download.' } } as const;
    const { api_validate_certs: ofApi, api_ca_path: path } = withConnection(own);

    expect(ofApi).not.to.have.property('aliases');
    expect(path.aliases).to.deep.equal(['ca_path']);
  });

  it('know a host by its name or address, and no URL', () => {
    const { regex } = connectionOptions.api_host.pattern;
    const isHost = (text: string): boolean => new RegExp(regex, 'u').test(text);

    for (const host of ['pve', 'pve_01.example.com', '192.0.2.1', '::1', 'fe80::1%eth0', 'knöten.example'])
      expect(isHost(host), host).to.equal(true);
    for (const text of [
      'https://pve:8006',
      'pve:8006',
      'cafe:8006',
      '192.0.2.1:8006',
      ' pve',
      'pve/api2',
      '[::1]',
    ])
      expect(isHost(text), text).to.equal(false);
  });
});
