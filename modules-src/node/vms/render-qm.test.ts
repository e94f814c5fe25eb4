import { expect } from 'chai';
import fc from 'fast-check';
import { qm, type QmProperties, type QmVerb } from '../../sdk/step.ts';
import { renderQm, showQm } from './render-qm.ts';

const files: string[] = [];
const writeFile = (content: string): string => {
  files.push(content);
  return `/tmp/private/${files.length - 1}`;
};
const render = (verb: QmVerb, properties: QmProperties) => renderQm(qm(verb, 200, properties), writeFile);

describe('rendering', () => {
  beforeEach(() => files.splice(0));

  describe('an operation as a call of qm', () => {
    const calls: readonly (readonly [QmVerb, QmProperties, string])[] = [
      ['set', { memory: 4096, onboot: true, numa: false }, 'qm set 200 --memory 4096 --onboot 1 --numa 0'],
      ['start', {}, 'qm start 200'],
      ['cloudinit update', {}, 'qm cloudinit update 200'],
      ['template', {}, 'qm template 200'],
      ['resize', { disk: 'scsi0', size: '8G' }, 'qm resize 200 scsi0 8G'],
      ['clone', { newid: 301, name: 'web-01', full: true }, 'qm clone 200 301 --name web-01 --full 1'],
      ['clone', { name: 'web-01', newid: 301 }, 'qm clone 200 301 --name web-01'],
      ['shutdown', { timeout: 60, forceStop: true }, 'qm shutdown 200 --timeout 60 --forceStop 1'],
      ['set', { delete: ['tags', 'template'] }, 'qm set 200 --delete tags,template'],
      ['set', { memory: 1, cores: undefined }, 'qm set 200 --memory 1'],
    ];
    for (const [verb, properties, expected] of calls) {
      it(`is ${expected}`, () => {
        expect(render(verb, properties)).to.deep.equal({ argv: expected.split(' '), input: '' });
      });
    }

    it('passes every value as one word, whatever it holds', () => {
      const description = 'two\nlines; $(reboot) `x` "q" --skiplock';

      expect(render('set', { description }).argv).to.deep.equal([
        'qm',
        'set',
        '200',
        '--description',
        description,
      ]);
    });
  });

  describe('a value that a program reads from a file', () => {
    it('becomes the name of a private file', () => {
      expect(render('set', { sshkeys: { file: 'ssh-ed25519 AAAA me\n' } }).argv.slice(3)).to.deep.equal([
        '--sshkeys',
        '/tmp/private/0',
      ]);
      expect(files).to.deep.equal(['ssh-ed25519 AAAA me\n']);
    });
  });

  describe('a secret', () => {
    it('goes to standard input, twice, as qm asks for it', () => {
      expect(render('set', { cipassword: { secret: '$5$salt$hash' } })).to.deep.equal({
        argv: ['qm', 'set', '200', '--cipassword'],
        input: '$5$salt$hash\n$5$salt$hash\n',
      });
    });

    it('stands before every option with a value, so that none is taken for it', () => {
      const { argv } = render('set', { ciuser: 'me', cipassword: { secret: 'x' }, memory: 1 });

      expect(argv).to.deep.equal(['qm', 'set', '200', '--cipassword', '--ciuser', 'me', '--memory', '1']);
    });

    it('is never part of the arguments', () => {
      fc.assert(
        fc.property(
          fc.string({ minLength: 12 }),
          fc.constantFrom<QmVerb>('set', 'create'),
          (secret, verb) => {
            const { argv } = render(verb, {
              cipassword: { secret },
              ciuser: 'me',
              sshkeys: { file: secret },
            });

            expect(argv.join('\n')).to.not.contain(secret);
          },
        ),
      );
    });
  });

  describe('a call as it is shown', () => {
    it('is what a person would type', () => {
      expect(
        showQm(qm('set', 200, { description: "it's\nmine", memory: 1, net0: 'virtio=AA,bridge=x' })),
      ).to.equal("qm set 200 --description 'it'\\''s\nmine' --memory 1 --net0 virtio=AA,bridge=x");
    });

    it('has neither secrets nor contents of files', () => {
      const shown = showQm(
        qm('set', 200, { cipassword: { secret: 'my secret' }, sshkeys: { file: 'my keys' } }),
      );

      expect(shown).to.equal("qm set 200 --cipassword --sshkeys '<file>'");
    });
  });
});
