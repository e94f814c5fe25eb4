import { expect } from 'chai';
import { UserError } from '../../sdk/error.ts';
import { withMarker } from '../vms/marker.ts';
import {
  imageDiskSettings,
  settingChanges,
  settingProperties,
  wantedSettings,
  type SettingWishes,
} from './differences.ts';
import { parseVmConfig } from '../text/vm-config.ts';

const wishes = (more: Partial<SettingWishes>): SettingWishes => ({
  vmid: 200,
  disk_storage: 'local-lvm',
  ...more,
});

const wanted = (more: Partial<SettingWishes>): Record<string, string> =>
  Object.fromEntries(wantedSettings(wishes(more)));

const changes = (more: Partial<SettingWishes>, config: string) =>
  settingChanges(wantedSettings(wishes(more)), parseVmConfig(config), 200).map(({ key, before, after }) => ({
    key,
    before,
    after,
  }));

describe('the settings that are wanted', () => {
  it('are those the user declared and no others', () => {
    expect(wanted({})).to.deep.equal({});
    expect(wanted({ memory: 4096 })).to.deep.equal({ memory: '4096' });
  });

  it('have the names and forms that PVE uses', () => {
    expect(
      wanted({ cpu_type: 'host', agent: 'true', onboot: true, protection: false, boot_order: 'order=scsi0' }),
    ).to.deep.equal({ cpu: 'host', agent: 'enabled=1', onboot: '1', protection: '0', boot: 'order=scsi0' });
  });

  it('have 1 and 0 for booleans in whatever words, because the API takes no others', () => {
    const words = { autostart: 'yes', kvm: 'Off', tablet: 1, args: 'on' };

    expect(wanted({ extra_config: words })).to.deep.equal({
      autostart: '1',
      kvm: '0',
      tablet: '1',
      args: 'on',
    });
  });

  it('switch the agent off when it is not wanted', () => {
    expect(wanted({ agent: 'false' })).to.deep.equal({ agent: '0' });
  });

  it('plug nothing, or what PVE plugs by itself, where YAML has made a boolean of the word', () => {
    expect(wanted({ hotplug: 'False' })).to.deep.equal({ hotplug: '0' });
    expect(wanted({ hotplug: 'yes' })).to.deep.equal({ hotplug: '1' });
    expect(wanted({ hotplug: 'network,disk' })).to.deep.equal({ hotplug: 'network,disk' });
  });

  it('join tags as PVE does', () => {
    expect(wanted({ tags: ['web', 'prod'] })).to.deep.equal({ tags: 'web;prod' });
  });

  it('take any other option of qm, which wins over ours', () => {
    expect(
      wanted({ agent: 'true', extra_config: { agent: 'enabled=1,type=isa', hugepages: 2, freeze: true } }),
    ).to.deep.equal({ agent: 'enabled=1,type=isa', hugepages: '2', freeze: '1' });
  });
});

describe('a change of settings', () => {
  it('is nothing when the configuration says all that is wanted', () => {
    expect(changes({ memory: 2048, tags: ['b', 'A'] }, 'memory: 2048\ntags: a;b\ncores: 4\n')).to.deep.equal(
      [],
    );
  });

  it('shows what is and what shall be', () => {
    expect(changes({ memory: 4096, cores: 2 }, 'memory: 2048\n')).to.deep.equal([
      { key: 'cores', before: undefined, after: '2' },
      { key: 'memory', before: '2048', after: '4096' },
    ]);
  });

  it('leaves alone what no variable mentions', () => {
    expect(changes({ cores: 2 }, 'cores: 2\nargs: -foo\nnet1: virtio=BC:24:11:00:00:01\n')).to.deep.equal([]);
  });

  it('counts a value that waits for the next start as set', () => {
    const config = 'memory: 2048\n\n[PENDING]\nmemory: 4096\n';

    expect(changes({ memory: 4096 }, config)).to.deep.equal([]);
    expect(changes({ memory: 2048 }, config)).to.deep.equal([
      { key: 'memory', before: '4096', after: '2048' },
    ]);
  });

  it('sees that a pending removal leaves the default', () => {
    expect(changes({ onboot: true }, 'onboot: 1\n\n[PENDING]\ndelete: onboot\n')).to.deep.equal([
      { key: 'onboot', before: undefined, after: '1' },
    ]);
  });

  it('keeps the MAC address of a network device', () => {
    const config = 'net0: virtio=BC:24:11:7F:E5:0B,bridge=vmbr0\n';

    expect(changes({ networks: { net0: 'virtio,bridge=vmbr1' } }, config)[0]?.after).to.equal(
      'virtio=BC:24:11:7F:E5:0B,bridge=vmbr1',
    );
  });
});

describe('a setting that is not to be there any more', () => {
  it('is removed, and only when it is there', () => {
    const wanted = { tags: [], networks: { net1: '' }, extra_config: { args: null, rng0: '' } };

    expect(changes(wanted, 'args: -foo\ntags: a\nnet1: virtio=BC:24:11:00:00:01\n')).to.deep.equal([
      { key: 'tags', before: 'a', after: undefined },
      { key: 'net1', before: 'virtio=BC:24:11:00:00:01', after: undefined },
      { key: 'args', before: '-foo', after: undefined },
    ]);
    expect(changes(wanted, 'cores: 2\n')).to.deep.equal([]);
  });

  it('is named to qm apart from what is set', () => {
    const both = changes({ memory: 1024, extra_config: { args: '' } }, 'args: -foo\n');

    expect(settingProperties(both)).to.deep.equal({ memory: '1024', delete: ['args'] });
  });
});

describe('what the role sets by itself', () => {
  for (const extra of [
    { delete: 'net0' },
    { name: 'other' },
    { unused0: '' },
    { cdrom: 'local:iso/x.iso' },
    { description: 'x' },
    { scsi0: 'tank:8' },
    { ciuser: 'root' },
    { args: ['-a'] },
    { args: 'a\nb' },
    { '--x': '1' },
  ]) {
    it(`is refused as an extra option: ${JSON.stringify(extra)}`, () =>
      expect(() => wanted({ extra_config: extra, image_disk: 'scsi0' })).to.throw(
        UserError,
        /in extra_config .*;/,
      ));
  }

  it('may be cloud-init’s own business where no image is', () => {
    expect(wanted({ extra_config: { ciuser: 'root', scsi0: 'tank:8' } })).to.deep.equal({
      ciuser: 'root',
      scsi0: 'tank:8',
    });
  });
});

describe('the disk of a cloud image', () => {
  const options = {
    image_disk: 'scsi0',
    disk_cache: 'writeback',
    disk_ssd: true,
    disk_backup: false,
  } as const;

  it('takes the options that are declared once it is there', () => {
    const config = parseVmConfig('scsi0: local-lvm:vm-200-disk-0,size=8G\n');

    expect([...imageDiskSettings(wishes(options), config)]).to.deep.equal([
      ['scsi0', 'cache=writeback,ssd=1,backup=0'],
    ]);
    expect([...imageDiskSettings(wishes(options), new Map())]).to.deep.equal([]);
  });
});

describe('a change of the description', () => {
  const encoded = (text: string): string =>
    text
      .split('\n')
      .map(line => `#${encodeURIComponent(line)}\n`)
      .join('');
  const config = encoded(withMarker('old notes', { vmid: 200, image: 'noble.img' }));

  it('keeps our marker below it and out of the diff', () => {
    expect(changes({ description: 'new notes' }, config)).to.deep.equal([
      {
        key: 'description',
        before: 'old notes',
        after: withMarker('new notes', { vmid: 200, image: 'noble.img' }),
      },
    ]);
  });

  it('is none when only the marker stands below the same text', () => {
    expect(changes({ description: 'old notes\n' }, config)).to.deep.equal([]);
  });

  it('gives a VM without one a marker of its own', () => {
    expect(changes({ description: 'notes' }, 'memory: 512\n')).to.deep.equal([
      { key: 'description', before: undefined, after: withMarker('notes', { vmid: 200 }) },
    ]);
  });

  it('drops a marker that was copied from another VM', () => {
    const copied = encoded(withMarker('old notes', { vmid: 9000, image: 'noble.img' }));

    expect(changes({ description: 'new' }, copied)[0]?.after).to.equal(withMarker('new', { vmid: 200 }));
  });
});

describe('a machine that is to go at the next start', () => {
  const config = 'machine: q35\nostype: l26\n[PENDING]\ndelete: machine\n';

  it('is named with the guest system, of which PVE would make another one', () => {
    expect(changes({ ostype: 'win11', machine: 'pc' }, config)).to.deep.equal([
      { key: 'ostype', before: 'l26', after: 'win11' },
      { key: 'machine', before: undefined, after: 'pc' },
    ]);
    expect(changes({ ostype: 'l26', machine: 'pc' }, config)).to.deep.equal([]);
    expect(changes({ ostype: 'win11' }, config)).to.have.length(1);
  });
});
