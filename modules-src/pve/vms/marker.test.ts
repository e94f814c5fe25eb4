import { expect } from 'chai';
import fc from 'fast-check';
import { readMarker, userDescription, withMarker, type Marker } from './marker.ts';

const marker: Marker = { vmid: 200, image: 'noble.img', digest: 'sha256:ab', diskSize: 8 };

/** Texts made of the pieces that a marker is made of. */
const hostileText = fc
  .array(fc.constantFrom('\n', '<!--', '-->', ' proxmox-role: ', '{"vmid":200}', '}', 'ä', ' ', 'x', '%0A'))
  .map(pieces => pieces.join(''));

describe('the marker in a description', () => {
  it('stands in the last line, as a comment that the notes view hides', () => {
    expect(withMarker('my notes', { vmid: 200 })).to.equal('my notes\n<!-- proxmox-role: {"vmid":200} -->');
  });

  it('stands alone where the user wrote nothing', () => {
    expect(withMarker('', { vmid: 200 })).to.equal('<!-- proxmox-role: {"vmid":200} -->');
  });

  it('is read back with all it holds', () => {
    expect(readMarker(withMarker('notes', marker), 200)).to.deep.equal(marker);
  });

  it('does not count in a clone, which has a copy of it', () => {
    expect(readMarker(withMarker('notes', marker), 301)).to.equal(undefined);
  });

  it('does not count where there is none', () => {
    expect(readMarker(undefined, 200)).to.equal(undefined);
    expect(readMarker('just notes', 200)).to.equal(undefined);
  });

  it('does not count above the last line', () => {
    expect(readMarker('<!-- proxmox-role: {"vmid":200} -->\nnotes', 200)).to.equal(undefined);
  });

  it('does not count when somebody damaged it', () => {
    expect(readMarker('<!-- proxmox-role: {"vmid":200 -->', 200)).to.equal(undefined);
    expect(readMarker('<!-- proxmox-role: {vmid:200} -->', 200)).to.equal(undefined);
    expect(readMarker('<!-- proxmox-role: {"vmid":"200"} -->', 200)).to.equal(undefined);
  });

  it('cannot be ended early by a text in it', () => {
    const hostile: Marker = { vmid: 200, image: 'x --> <!-- proxmox-role: {"vmid":200} -->' };

    expect(withMarker('', hostile).match(/-->/g)).to.have.lengthOf(1);
    expect(readMarker(withMarker('', hostile), 200)).to.deep.equal(hostile);
  });
});

describe('the user’s part of a description', () => {
  it('is what stands above the marker', () => {
    expect(userDescription(withMarker('two\nlines', marker))).to.equal('two\nlines');
  });

  it('is everything where there is no marker', () => {
    expect(userDescription('two\nlines')).to.equal('two\nlines');
  });

  it('loses trailing newlines, as PVE loses them', () => {
    expect(userDescription(withMarker('notes\n\n', marker))).to.equal('notes');
  });

  it('survives whatever it says, and so does the marker', () => {
    fc.assert(
      fc.property(hostileText, text => {
        const kept = text.replace(/\n+$/, '');
        const description = withMarker(text, marker);

        expect(userDescription(description)).to.equal(kept);
        expect(readMarker(description, 200)).to.deep.equal(marker);
      }),
    );
  });

  it('survives when it looks like a marker', () => {
    const text = 'notes\n<!-- proxmox-role: {"vmid":200,"image":"fake"} -->';
    const description = withMarker(text, marker);

    expect(userDescription(description)).to.equal(text);
    expect(readMarker(description, 200)).to.deep.equal(marker);
  });
});
