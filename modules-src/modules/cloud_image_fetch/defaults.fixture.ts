/** What the module takes where nobody says otherwise, and no wait for another try. */
export const FETCH_DEFAULTS = {
  verify: 'warn',
  force_download: false,
  refresh: 'never',
  verify_cache: 'record',
  reserve: '0',
  validate_certs: true,
  connect_timeout: 30,
  stall_timeout: 60,
  retries: 0,
  retry_delay: 0,
  command_timeout: 60,
} as const;
