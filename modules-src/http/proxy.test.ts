import { expect } from 'chai';
import { UserError } from '../sdk/error.ts';
import { clusterProxy, proxyAuthorization, proxyFor } from './proxy.ts';

const proxyOf = (
  url: string,
  environment: Record<string, string>,
  given?: string,
  cluster?: string,
): string | undefined => proxyFor(new URL(url), { given, cluster, environment })?.href;

describe('the proxy for a URL', () => {
  it('is none by default', () => expect(proxyOf('https://x.test/', {})).to.equal(undefined));

  it('is the given one before the environment', () => {
    const environment = { https_proxy: 'http://env:1', no_proxy: '*' };

    expect(proxyOf('https://x.test/', environment, 'given.test:3128')).to.equal('http://given.test:3128/');
  });

  it('is the cluster’s when neither user nor environment name one', () => {
    expect(proxyOf('https://x.test/', {}, undefined, 'http://all:3128')).to.equal('http://all:3128/');
    expect(proxyOf('https://x.test/', { https_proxy: 'env:1' }, undefined, 'http://all:2')).to.equal(
      'http://env:1/',
    );
    expect(proxyOf('https://x.test/', { no_proxy: 'x.test' }, undefined, 'http://all:2')).to.equal(undefined);
    const config = 'keyboard: de\nhttp_proxy: http://user:pw@10.0.0.1:3128/\nmac_prefix: BC:24:11\n';
    expect(clusterProxy(config)).to.equal('http://user:pw@10.0.0.1:3128/');
    expect(clusterProxy('# http_proxy: http://x\nmigration: secure\n')).to.equal(undefined);
  });

  it('is that of the scheme, else that of all', () => {
    const environment = { https_proxy: 'http://tls:1', http_proxy: 'plain:2', all_proxy: 'http://all:3' };

    expect(proxyOf('https://x.test/', environment)).to.equal('http://tls:1/');
    expect(proxyOf('http://x.test/', environment)).to.equal('http://plain:2/');
    expect(proxyOf('https://x.test/', { ALL_PROXY: 'http://all:3' })).to.equal('http://all:3/');
  });

  it('is not read from HTTP_PROXY, which a web server sets from a header', () => {
    expect(proxyOf('http://x.test/', { HTTP_PROXY: 'http://evil:1' })).to.equal(undefined);
  });

  const exceptions: readonly (readonly [url: string, noProxy: string, direct: boolean])[] = [
    ['https://x.test/', 'x.test', true],
    ['https://a.x.test/', 'x.test', true],
    ['https://a.x.test/', 'other.test, .x.test', true],
    ['https://a.x.test/', '*.x.test', true],
    ['https://max.test/', 'x.test', false],
    ['https://x.test/', '*', true],
    ['https://X.Test/', 'x.TEST', true],
    ['https://10.1.2.3/', '10.0.0.0/8', true],
    ['https://11.1.2.3/', '10.0.0.0/8', false],
    ['https://10.1.2.3/', '10.1.2.3', true],
    ['https://[fd00::1]/', 'fd00::/8', true],
    ['https://[fd00::1]/', '10.0.0.0/8', false],
    ['https://x.test/', ' ,', false],
  ];
  for (const [url, noProxy, direct] of exceptions) {
    it(`is ${direct ? 'not ' : ''}used for ${url} when no_proxy is "${noProxy}"`, () => {
      const proxy = proxyOf(url, { https_proxy: 'http://proxy:1', no_proxy: noProxy });

      expect(proxy === undefined).to.equal(direct);
    });
  }

  it('is refused without showing its password when it is no HTTP proxy', () => {
    const use = (): unknown => proxyOf('https://x.test/', {}, 'socks5://user:hidden@proxy:1');

    expect(use)
      .to.throw(UserError, 'is not the URL of an HTTP proxy')
      .and.not.match(/hidden/);
  });

  it('is told who we are, with the characters that the URL had to encode', () => {
    expect(proxyAuthorization(new URL('http://user:p%40ss@proxy:1'))).to.deep.equal({
      'Proxy-Authorization': `Basic ${Buffer.from('user:p@ss').toString('base64')}`,
    });
    expect(proxyAuthorization(new URL('http://proxy:1'))).to.deep.equal({});
  });
});
