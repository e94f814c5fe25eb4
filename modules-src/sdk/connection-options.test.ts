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
});
