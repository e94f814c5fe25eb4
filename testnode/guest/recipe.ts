/** What the guest image is made of. The image is a small Debian that behaves like a vendor's cloud image. */

/** Debian 12, as the images that most users start from. */
export const SUITE = 'bookworm';

export const PACKAGES: readonly string[] = [
  ...['linux-image-cloud-amd64', 'initramfs-tools', 'zstd', 'kmod', 'udev', 'systemd-sysv', 'dbus'],
  ...['systemd-resolved', 'netplan.io', 'iproute2', 'iputils-ping', 'cloud-init', 'cloud-guest-utils'],
  ...['openssh-server', 'sudo', 'qemu-guest-agent', 'e2fsprogs', 'fdisk', 'ca-certificates'],
];

/** Boot loaders that Debian has signed, so that the image boots under Secure Boot as a vendor's does. Only unpacked. */
export const BOOT_PACKAGES: readonly string[] = ['shim-signed', 'grub-efi-amd64-signed'];

export const LEFT_OUT: readonly string[] = ['man', 'doc', 'locale', 'info'].map(
  name => `/usr/share/${name}/*`,
);

/** Unpacked before the kernel, whose installation makes the initial file system from them. */
export const INITRAMFS_FILES: Readonly<Record<string, string>> = {
  'conf.d/testnode.conf': 'MODULES=list\nBUSYBOX=n\nCOMPRESS=zstd\nFSTYPE=ext4\nRUNSIZE=10%\n',
  // The cloud kernel has no AHCI driver: on q35, drives on SATA and IDE stay invisible, as in Debian's own images.
  modules: [
    ...['virtio_pci', 'virtio_scsi', 'virtio_blk', 'virtio_net', 'sd_mod', 'sr_mod', 'ext4'],
    ...['crc32c_generic', 'crc32c_intel', 'ata_piix', 'ahci', 'isofs', ''],
  ].join('\n'),
};

/** Boot takes minutes without KVM: only what the tests look at runs. `locale: false`, or cloud-init ends in an error. */
const CLOUD_CONFIG = {
  locale: false,
  ssh_genkeytypes: ['ed25519'],
  ssh_quiet_keygen: true,
  no_ssh_fingerprints: true,
  ssh: { emit_keys_to_console: false },
  cloud_init_modules: [
    ...['bootcmd', 'write-files', 'growpart', 'resizefs', 'mounts', 'set_hostname', 'update_hostname'],
    ...['update_etc_hosts', 'users-groups', 'ssh'],
  ],
  cloud_config_modules: ['set-passwords', 'runcmd'],
  cloud_final_modules: [
    ...['package-update-upgrade-install', 'write-files-deferred', 'scripts-vendor', 'scripts-per-once'],
    ...['scripts-per-boot', 'scripts-per-instance', 'scripts-user', 'final-message', 'power-state-change'],
  ],
};

export const ROOT_FILES: Readonly<Record<string, string>> = {
  '/etc/fstab': 'LABEL=rootfs / ext4 rw,discard,errors=remount-ro,x-systemd.growfs 0 1\n',
  // Empty, so that each clone makes its own.
  '/etc/machine-id': '',
  '/etc/cloud/cloud.cfg.d/90_dpkg.cfg': 'datasource_list: [ NoCloud, ConfigDrive, None ]\n',
  // JSON is YAML.
  '/etc/cloud/cloud.cfg.d/99_testnode.cfg': `${JSON.stringify(CLOUD_CONFIG, undefined, 2)}\n`,
  // The guest reaches no mirror: with no source, an upgrade at first boot has nothing to do instead of failing.
  '/etc/apt/sources.list': '',
};

export const ENABLED_UNITS: readonly string[] = ['systemd-networkd', 'systemd-resolved', 'ssh'];
export const MASKED_UNITS: readonly string[] = [
  ...[
    'apt-daily.timer',
    'apt-daily-upgrade.timer',
    'dpkg-db-backup.timer',
    'e2scrub_all.timer',
    'fstrim.timer',
  ],
  ...['systemd-networkd-wait-online.service', 'e2scrub_reap.service'],
];

export const KERNEL_COMMAND_LINE = 'root=LABEL=rootfs ro console=tty0 console=ttyS0,115200';

/** Size of the virtual disk in MiB; cloud-init grows the root file system to that of the VM's disk. */
export const DISK_SIZE = 2048;
