import { expect } from 'chai';
import { connectionOf } from './connection.ts';

const login = (values: object): unknown => connectionOf({ ...values }, 'pve').login;

describe('who asks the API', () => {
  it('is a token, with its user in it or beside it', () => {
    const tokenSecret = 'x';
    const whole = { tokenId: 'a@pve!role', tokenSecret };

    expect(login({ api_token_id: 'a@pve!role', api_token_secret: 'x' })).to.deep.equal(whole);
    expect(login({ api_user: 'a@pve', api_token_id: 'role', api_token_secret: 'x' })).to.deep.equal(whole);
    expect(login({ api_user: 'a@pve!role', api_token_id: 'role', api_token_secret: 'x' })).to.deep.equal(
      whole,
    );
  });

  it('is a token without the line end of its file, and none with a character that no token has', () => {
    expect(login({ api_token_id: 'a@pve!role\n', api_token_secret: ' x\n' })).to.deep.equal({
      tokenId: 'a@pve!role',
      tokenSecret: 'x',
    });
    for (const secret of ['one two', '“x”'])
      expect(() => login({ api_token_id: 'a@pve!role', api_token_secret: secret }))
        .to.throw('is no part of a token')
        .with.property('message')
        .that.not.contains(secret);
  });

  it('is no token that has its secret in its name, which would be shown', () => {
    const pasted = { api_token_id: 'a@pve!role=s3cret', api_token_secret: 'x' };
    for (const given of [pasted, { ...pasted, api_token_id: 's3cret' }])
      expect(() => login(given))
        .to.throw()
        .with.property('message')
        .that.not.contains('s3cret');
    expect(() => login(pasted)).to.throw('write its name and its secret as');
  });

  it('is a user with a password where there is no whole token', () => {
    expect(login({ api_user: 'root@pam', api_password: 'x', api_token_id: 'role' })).to.deep.equal({
      user: 'root@pam',
      password: 'x',
    });
  });

  it('must be said', () => {
    expect(() => login({ api_user: 'root@pam' })).to.throw('neither a token nor a password is given; set');
    expect(() => login({ api_token_id: 'role', api_token_secret: 'x' })).to.throw('names no user');
  });
});
