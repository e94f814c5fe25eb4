import { expect } from 'chai';
import { cloudInitEffect, type DriveContent } from './effect.ts';
import type { SnippetKind } from '../text/cloud-init-volumes.ts';

const drive = (
  parts: Partial<Record<SnippetKind, string>>,
  instanceId: string | undefined = 'i-1',
): DriveContent => ({
  parts: new Map<SnippetKind, string>([
    ['user', parts.user ?? 'u'],
    ['vendor', parts.vendor ?? ''],
    ['network', parts.network ?? 'n'],
    ['meta', parts.meta ?? instanceId],
  ]),
  instanceId,
});

describe('the effect of a change on a guest', () => {
  it('is none when the drive says the same', () => {
    expect(cloudInitEffect(drive({}), drive({}), true)).to.equal('unchanged');
  });

  it('comes with the first boot of a VM that gets its drive', () => {
    expect(cloudInitEffect(undefined, drive({}), false)).to.equal(
      'applies at next boot: the VM had no cloud-init drive',
    );
  });

  it('comes with the next boot when the instance-id changes, which a running VM must be told', () => {
    const changed = drive({ user: 'x', meta: 'i-2' }, 'i-2');

    expect(cloudInitEffect(drive({}), changed, false)).to.equal(
      'applies at next boot: the user and meta parts changed, and with them the instance-id',
    );
    expect(cloudInitEffect(drive({}), changed, true)).to.match(/; the VM runs, so restart it$/);
  });

  it('does not come of vendor data alone', () => {
    expect(cloudInitEffect(drive({}), drive({ vendor: 'x' }), false)).to.match(
      /^not applied until `cloud-init clean --reboot` runs in the guest: the vendor part changed, but the instance-id does not depend on it/,
    );
  });

  it('does not come under an instance-id that the user has fixed', () => {
    expect(cloudInitEffect(drive({ meta: 'm' }), drive({ meta: 'm', user: 'x' }), false)).to.match(
      /^not applied until .* the instance-id is still i-1, which the meta part fixes$/,
    );
  });
});
