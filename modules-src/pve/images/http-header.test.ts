import { expect } from 'chai';
import { headerFault } from './http-header.ts';

describe('a header for the server of an image', () => {
  it('has a name and a value that a request can have, and no value is told', () => {
    for (const [name, value] of [
      ['X-Api-Key', 'secret'],
      ['X-Number', 7],
      ['X_y!', 'ÿ\tz'],
    ] as const)
      expect(headerFault(name, value)).to.equal(undefined);
    for (const name of ['', 'X Key', 'X:', 'Schlüssel', 'a\nb'])
      expect(headerFault(name, 'hidden')).to.contain('its name is none').and.not.to.contain('hidden');
    for (const value of ['hidden\nvalue', 'hidden\0', 'Ł hidden'])
      expect(headerFault('X-Key', value)).to.equal('its value has a character that HTTP forbids');
    for (const value of [['a'], { a: 1 }, true, null, undefined])
      expect(headerFault('X-Key', value)).to.equal('its value is no text');
  });
});
