import { defineOptions, type ValuesOf } from '../../sdk/option.ts';
import { UserError } from '../../sdk/error.ts';
import { headerFault } from './http-header.ts';
import { ABSOLUTE_PATH, HTTP_URL, ONE_LINE } from '../text/patterns.ts';
import type { NetworkSettings } from '../../sdk/image.ts';

/** How the servers of images are reached. */
export const downloadOptions = defineOptions({
  mirrors: {
    type: 'list',
    elements: 'str',
    pattern: HTTP_URL,
    description: 'URLs of the same file on other servers, tried in turn when the first gives nothing.',
    example: ['https://mirror.example.com/ubuntu-24.04-server-cloudimg-amd64.img'],
  },
  proxy: {
    type: 'str',
    secret: true,
    pattern: ONE_LINE,
    description: 'HTTP proxy; absent: the environment’s, else `http_proxy` of the cluster’s datacenter.cfg.',
  },
  validate_certs: { type: 'bool', default: true, description: 'Verify TLS certificates.' },
  ca_path: {
    type: 'path',
    pattern: ABSOLUTE_PATH,
    description:
      'File on the node (by the API on the controller) with certificates (PEM) that are trusted besides the system’s.',
    example: '/etc/pve/company-ca.pem',
  },
  headers: {
    type: 'dict',
    secret: true,
    description: 'Headers for the server of the image, and for no other.',
    example: { 'X-Api-Key': 'secret' },
  },
  username: { type: 'str', description: 'Name for the server of the image (basic authentication).' },
  password: { type: 'str', secret: true, description: 'Password for the server of the image.' },
  connect_timeout: {
    type: 'int',
    default: 30,
    min: 1,
    description: 'Seconds to wait for a connection and for an answer.',
  },
  stall_timeout: {
    type: 'int',
    default: 60,
    min: 1,
    description: 'Seconds without a byte after which a download is begun again where it ended.',
  },
});

type Wanted = ValuesOf<typeof downloadOptions> & { readonly url: string };

export function networkSettings(wanted: Wanted): NetworkSettings {
  return {
    proxy: wanted.proxy,
    validateCerts: wanted.validate_certs,
    caPath: wanted.ca_path,
    login: {
      url: wanted.url,
      headers: headerTexts(wanted.headers ?? {}),
      username: wanted.username,
      password: wanted.password,
    },
    connectTimeout: wanted.connect_timeout,
    stallTimeout: wanted.stall_timeout,
  };
}

/** A number in YAML is good enough for a header. */
const headerTexts = (headers: Readonly<Record<string, unknown>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => {
      const fault = headerFault(name, value);
      if (fault !== undefined) throw new UserError(`cannot send the header ${name}: ${fault}; correct it`);
      return [name, String(value)];
    }),
  );
