import { expect } from 'chai';
import { withEnvironment } from './environment.ts';

describe('what the environment says of the API', () => {
  const environment = {
    PROXMOX_HOST: 'pve.example.com',
    PROXMOX_USER: 'ansible@pve',
    PROXMOX_TOKEN_ID: 'role',
    PROXMOX_TOKEN_SECRET: 'secret',
    PROXMOX_VALIDATE_CERTS: 'false',
  };
  const completed = (raw: object, given = environment, isInRole = false): object =>
    withEnvironment({ vmid: 200, ...raw }, given, isInRole);

  it('completes the parameters, as it does those of community.proxmox', () => {
    expect(completed({})).to.deep.equal({
      vmid: 200,
      api_host: 'pve.example.com',
      api_user: 'ansible@pve',
      api_token_id: 'role',
      api_token_secret: 'secret',
      api_validate_certs: 'false',
    });
  });

  it('yields to a parameter, by whichever of its names', () => {
    expect(completed({ api_host: 'other', validate_certs: true })).to.deep.include({
      api_host: 'other',
      validate_certs: true,
    });
    expect(completed({ validate_certs: true })).not.to.have.property('api_validate_certs');
  });

  it('is nothing where no host of the API is named', () => {
    expect(completed({}, { ...environment, PROXMOX_HOST: '' })).to.deep.equal({ vmid: 200 });
  });

  it('mixes no token into a login by password', () => {
    expect(completed({ api_password: 'x' })).not.to.have.any.keys('api_token_id', 'api_token_secret');
  });

  it('is the controller’s: inside of the role the role has read it', () => {
    expect(completed({}, environment, true)).to.deep.equal({ vmid: 200 });
  });
});
