import { architectureOf, type Architecture } from '../../../pve/text/architecture.ts';
import { findTrust, type TrustFlaw } from '../../../pve/images/trust.ts';
import { headerFault } from '../../../pve/images/http-header.ts';
import { formatSize, parseSize } from '../../../pve/text/size.ts';
import { nearest } from '../../../sdk/nearest.ts';
import { HERE } from '../../../sdk/option-name.ts';
import type { Problem } from '../../../sdk/define-module.ts';
import { isMalformed, onNode, problem, type Check, variableOf } from '../check.ts';
import type { Wanted } from '../params.ts';
import { imageDiskSize, imageUrl } from '../wishes.ts';

export const checkCatalogue: Check = ({
  vm_cloud_image: name,
  vm_cloud_image_url: url,
  cloud_image_urls: urls = {},
}) => {
  if (name === undefined || (url !== undefined && url === urls[name])) return [];
  if (url !== undefined) {
    const message = `names ${name}, and ${variableOf('vm_cloud_image_url')} gives another source, which is taken`;
    return [problem('PVE-IMG-005', 'vm_cloud_image', message, 'give one of them')];
  }
  return Object.hasOwn(urls, name) ? [] : [unknownImage(name, Object.keys(urls))];
};

function unknownImage(name: string, names: readonly string[]): Problem {
  const meant = nearest(name, names);
  return problem(
    'PVE-IMG-001',
    'vm_cloud_image',
    `${variableOf('cloud_image_urls')} has no image "${name}"`,
    `${meant === undefined ? '' : `did you mean ${meant}? `}There are ${names.join(', ')}`,
  );
}

/** A URL of the catalogue is the user's, too, once they change it. */
export const checkUrl: Check = (wanted, world) => {
  const url = imageUrl(wanted);
  const isJudged = isMalformed(world, 'vm_cloud_image_url');
  if (url === undefined || isJudged || (/^https?:\/\/\S+$/.test(url) && URL.canParse(url))) return [];
  const fix = 'give an http:// or https:// URL';
  return [problem('PVE-IMG-002', sourceOf(wanted), 'the URL of the image is malformed', fix)];
};

/** The variable that the image comes from. */
const sourceOf = (wanted: Wanted): 'vm_cloud_image' | 'vm_cloud_image_url' =>
  wanted.vm_cloud_image !== undefined && imageUrl(wanted) === wanted.cloud_image_urls?.[wanted.vm_cloud_image]
    ? 'vm_cloud_image'
    : 'vm_cloud_image_url';

/** What the policy asks for must be on offer; told before anything is fetched. */
export const checkTrust: Check = wanted => {
  const url = imageUrl(wanted);
  if (url === undefined) return [];
  const { vm_cloud_image_checksum: checksum, vm_cloud_image_keyring: keyring } = wanted;
  const { vm_cloud_image_signature_url: signatureUrl, cloud_image_verify: verify = 'warn' } = wanted;
  const found = findTrust({ url, checksum, keyring, signature_url: signatureUrl, verify });
  if (!('lack' in found)) {
    // Who writes `unsigned` has said it.
    if (keyring === undefined || found.signature !== undefined || verify === 'unsigned') return [];
    const message = `is not used: with ${variableOf('cloud_image_verify')}: ${verify} no signature is asked for`;
    const fix = `set ${variableOf('cloud_image_verify')}: signed, or remove it`;
    return [problem('PVE-IMG-008', 'vm_cloud_image_keyring', message, fix)];
  }
  const variable = found.lack === 'keyring' ? 'vm_cloud_image_keyring' : 'cloud_image_verify';
  return [problem('PVE-IMG-004', variable, `cannot be met: ${found.reason}`, TRUST_FIXES[found.lack])];
};

/** Before anything is sent; a value may be a secret. */
export const checkHeaders: Check = wanted =>
  imageUrl(wanted) === undefined
    ? []
    : Object.entries(wanted.vm_cloud_image_headers ?? {}).flatMap(([name, value]) => {
        const fault = headerFault(name, value);
        const message = `"${name}" cannot be sent: ${fault ?? ''}`;
        return fault === undefined
          ? []
          : [problem('PVE-IMG-009', 'vm_cloud_image_headers', message, 'correct that header')];
      });

const TRUST_FIXES: Readonly<Record<TrustFlaw['lack'], string>> = {
  keyring: `set it to a file of public keys on ${HERE}`,
  signature: `set ${variableOf('vm_cloud_image_signature_url')} and ${variableOf('vm_cloud_image_keyring')}, or ${variableOf('cloud_image_verify')}: checksum`,
  checksum: `set ${variableOf('vm_cloud_image_checksum')} to sha256:<digest> or to sha256:<URL of the publisher's SHA256SUMS>`,
};

/** The image itself knows best how small its disk can be; before it is there, the catalogue does. */
export const checkImageSize = onNode((wanted, { image }) => {
  const { image_min_disk: known = '' } = wanted;
  const target = imageDiskSize(wanted);
  const smallest = image?.virtualSize ?? parseSize(known);
  if (smallest === undefined || target === undefined || target >= smallest) return [];
  const message = `${formatSize(target)} is less than the image’s ${formatSize(smallest)}; a disk is never shrunk`;
  return [problem('PVE-IMG-006', 'vm_disk_size', message, 'give a larger size, or none')];
});

export const checkArchitecture: Check = (wanted, { machine }) => {
  const file = imageUrl(wanted)?.split(/[?#]/, 1)[0]?.split('/').at(-1) ?? '';
  const meant = architectureOf(file);
  const { vm_arch: arch } = wanted;
  const has = arch === undefined ? machine.architecture : arch === 'aarch64' ? 'arm64' : 'x64';
  if (meant === undefined || has === undefined) return [];
  if ((NODE_WORDS[meant] ?? meant) === has || wanted.vm_extra_config?.['arch'] !== undefined) return [];
  const owner = arch === undefined ? machine.name : 'the VM';
  const isPossible = NODE_WORDS[meant] !== undefined;
  const fix = `choose the image of that architecture${isPossible ? `, or set ${variableOf('vm_arch')}` : ''}`;
  return [problem('PVE-IMG-007', sourceOf(wanted), `${file} is for ${meant}, and ${owner} is ${has}`, fix)];
};

/** Architectures that Proxmox VE has, as Node.js calls them. */
const NODE_WORDS: Partial<Readonly<Record<Architecture, string>>> = { amd64: 'x64', arm64: 'arm64' };
