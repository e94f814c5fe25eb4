import { expect } from 'chai';
import { execFileSync } from 'node:child_process';
import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { ownFolder } from '../../modules-src/system/own-folder.fixture.ts';
import { checkImage } from '../../modules-src/images/check.ts';
import { confined, runCommand } from '../../modules-src/system/run-command.ts';

const BOOT = Buffer.concat([Buffer.alloc(510), Buffer.from([0x55, 0xaa])]);

describe('an image that means harm', () => {
  const at = ownFolder(before, after);
  let pipe = '';
  const create = (format: string, name: string, ...more: string[]): string => {
    execFileSync('qemu-img', ['create', '-q', '-f', format, ...more, at(name), '1M']);
    return at(name);
  };
  const put = (name: string, ...content: readonly (string | Buffer)[]): string => {
    writeFileSync(at(name), Buffer.concat(content.map(part => Buffer.from(part as string, 'latin1'))));
    return at(name);
  };
  /** Overwrites bytes of a file that a program has made. */
  const patch = (path: string, offset: number, bytes: Buffer): string => {
    const content = readFileSync(path);
    bytes.copy(content, offset);
    writeFileSync(path, content);
    return path;
  };
  const u32 = (value: number): Buffer => Buffer.from([value >>> 24, value >>> 16, value >>> 8, value]);
  const verdict = (path: string): Promise<string> =>
    checkImage(path).then(
      ({ format }) => format,
      (error: unknown) => String(error),
    );

  before(() => {
    pipe = at('pipe');
    execFileSync('mkfifo', [pipe]);
    create('raw', 'base');
    symlinkSync(pipe, at('link-to-pipe'));
  });

  const extents = (file: string): string =>
    `# Disk DescriptorFile\nversion=1\nCID=fffffffe\nparentCID=ffffffff\ncreateType="monolithicFlat"\nRW 2048 FLAT "${file}" 0\n`;

  const hostile: readonly (readonly [title: string, make: () => string, why: string])[] = [
    ['a VMDK whose extent is a pipe', () => put('a', extents(pipe)), 'description of a VMDK'],
    ['a VMDK whose extent is a device', () => put('b', extents('/dev/zero')), 'description of a VMDK'],
    ['a VMDK by its version alone', () => put('c', ' \r\n#x\nversion=3\n'), 'description of a VMDK'],
    [
      'a raw disk that is a description of a VMDK, too',
      () => patch(put('d', extents('/etc/shadow').padEnd(2048, '\n')), 510, Buffer.from([0x55, 0xaa])),
      'description of a VMDK',
    ],
    [
      'a sparse VMDK that has a description in place of data',
      () => patch(create('vmdk', 'e'), 12, Buffer.alloc(8)),
      'description of a VMDK',
    ],
    [
      'a sparse VMDK with a parent',
      () => {
        const path = create('vmdk', 'f');
        const text = readFileSync(path).toString('latin1');
        writeFileSync(path, Buffer.from(text.replace('parentCID=ffffffff', 'parentCID=12345678'), 'latin1'));
        return path;
      },
      'only a layer over another file',
    ],
    [
      'a sparse VMDK with a second extent',
      () => {
        const path = create('vmdk', 'g');
        const at2 = readFileSync(path).indexOf('\nRW ') + 1;
        return patch(path, at2, Buffer.from('RW 9 FLAT "/etc/shadow" 0\nRW 9 SPARSE "g"\n'));
      },
      'several files',
    ],
    [
      'a qcow2 over another file',
      () => create('qcow2', 'h', '-F', 'raw', '-b', at('base')),
      'only a layer over another file',
    ],
    ...['json:{"driver":"nbd"}', 'nbd://127.0.0.1/x', 'ssh://root@127.0.0.1/etc/shadow'].map(
      (name): readonly [string, () => string, string] => [
        `a qcow2 over ${name}`,
        () => create('qcow2', 'i', '-u', '-F', 'raw', '-b', name),
        `only a layer over another file (${name})`,
      ],
    ),
    [
      'a qcow2 whose name of another file lies nowhere',
      () => patch(create('qcow2', 'j'), 8, Buffer.alloc(8, 0xff)),
      'only a layer over another file',
    ],
    [
      'a qcow2 with a data file',
      () => create('qcow2', 'k', '-o', `data_file=${at('k.raw')}`),
      'keeps its data in another file',
    ],
    ['a qcow2 with 65,535 snapshots', () => patch(create('qcow2', 'l'), 60, u32(65_535)), '65535 snapshots'],
    [
      'a qcow2 of tomorrow',
      () => patch(create('qcow2', 'm'), 72, Buffer.from([0, 0, 0, 1, 0, 0, 0, 0])),
      'features that are not known',
    ],
    ['an encrypted qcow2', () => patch(create('qcow2', 'n'), 32, u32(1)), 'is encrypted'],
    ['a LUKS container', () => put('o', 'LUKS\xba\xbe\0\x01', BOOT), 'is encrypted (LUKS)'],
    ['a QED', () => create('qed', 'p'), 'is a QED image'],
    ['a qcow of the first version', () => create('qcow', 'q'), 'qcow image of version 1'],
    [
      'a VDI with a parent',
      () => patch(create('vdi', 'r'), 440, Buffer.alloc(16, 1)),
      'VDI that is only a layer',
    ],
    ['a VHD with a parent', () => patch(create('vpc', 's'), 60, u32(4)), 'VHD that is only a layer'],
    [
      'a VHDX with a parent',
      () => {
        const path = create('vhdx', 't');
        const id = Buffer.from('2d5fd3a80bb34d45abf7d3d84834ab0c', 'hex');
        return patch(path, readFileSync(path).indexOf('metadata') + 1024, id);
      },
      'VHDX that is only a layer',
    ],
    ['a VHDX without regions', () => put('u', 'vhdxfile'), 'damaged VHDX'],
    ['a disk of Parallels', () => put('v', 'WithoutFreeSpace', BOOT), 'is a disk of Parallels'],
    ['a pipe', () => pipe, 'it is no ordinary file'],
    ['a link to a pipe', () => at('link-to-pipe'), 'it is no ordinary file'],
    ['a device', () => '/dev/zero', 'it is no ordinary file'],
    ['a qcow2 of four bytes', () => put('w', 'QFI\xfb'), 'qcow image of version 0'],
    ['a VMDK of four bytes', () => put('x', 'KDMV'), 'description of a VMDK'],
    ['a VHD of eight bytes', () => put('y', 'conectix'), 'VHD that is only a layer'],
  ];
  for (const [title, make, why] of hostile) {
    it(`may be ${title}: no program opens it`, async () => {
      expect(await verdict(make())).to.contain(why);
    });
  }

  for (const [format, name, ...more] of [
    ['qcow2', 'qcow2'],
    ['qcow2', 'old', '-o', 'compat=0.10'],
    ['qcow2', 'zstd', '-o', 'compression_type=zstd,lazy_refcounts=on,extended_l2=on'],
    ['vmdk', 'vmdk'],
    ['vmdk', 'stream', '-o', 'subformat=streamOptimized'],
    ['vdi', 'vdi'],
    ['vdi', 'static', '-o', 'static=on'],
    ['vpc', 'vpc'],
    ['vhdx', 'vhdx'],
  ] as const) {
    it(`is none that is a plain ${[format, ...more].join(' ')}`, async () => {
      expect(await verdict(create(format, `plain-${name}`, ...more))).to.equal(format);
    });
  }

  it('is none that is a raw disk with a boot sector', async () => {
    expect(await verdict(put('raw', BOOT, Buffer.alloc(1024 ** 2)))).to.equal('raw');
  });

  it('gets neither the memory nor the time that it would take from a program', async () => {
    const greedy = ['python3', '-c', "bytearray(8 * 1024 ** 3); print('it got 8 GiB')"];
    const { rc, stdout } = await runCommand(confined(greedy, 10));
    expect({ rc, stdout }).to.deep.equal({ rc: 1, stdout: '' });

    const busy = ['python3', '-c', 'while True: pass'];
    expect((await runCommand(confined(busy, 1))).rc).to.equal(-1);
  });
});
