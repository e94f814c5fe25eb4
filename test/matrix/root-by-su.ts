import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Scene } from '../scene.ts';
import type { Way } from './place.ts';

/** `su` of the node asks this user for nothing; sshd refuses an account that is locked. */
const MAKE_USER = `set -e
useradd --create-home --shell /bin/bash deployer
usermod --password '*' deployer
cp -r /root/.ssh ~deployer/ && chown -R deployer ~deployer/.ssh
sed -i '1i auth sufficient pam_permit.so' /etc/pam.d/su`;

/** An inventory by which Ansible reaches the node as another user, that becomes root there. */
export async function asRootBySu({ cluster, home }: Scene): Promise<Way> {
  await cluster.succeed('pve01', ['sh', '-c', MAKE_USER]);
  const inventory = join(home, 'by-su.ini');
  const text = await readFile(cluster.inventoryFile, 'utf8');
  const become = 'ansible_user=deployer\nansible_become=true\nansible_become_method=su';
  await writeFile(inventory, text.replace('ansible_user=root', become));
  return { inventory };
}
