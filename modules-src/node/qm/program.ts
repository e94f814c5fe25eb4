/**
 * What Perl does for us: it loads the module of `/usr/sbin/qm`, which is nine tenths of what a call takes, and then forks a
 * child for each call, which runs what that script runs. pvedaemon has always worked so.
 *
 * - The parent only waits: what it read or connected to, all children would share. So it looks for nothing, keeps no
 *   buffer (`sysread`), and dials for each child before it forks: whatever goes wrong until then is told as `refused`, and
 *   nothing has been done.
 * - What the module would print while it is loaded is written at once, and so found out before anything is done (`$|`).
 * - A request is a frame of words, each with its length before it: any byte may stand in a word. Answers are lines.
 * - Standard input, output and errors of a child are a connection to us each: secrets take no way through the parent or a
 *   file, the end of an output is the end of its connection, and an input that is not read spoils no output.
 * - The handler of SIGCHLD does nothing but end `select` early. Where the signal comes just before `select` begins, the
 *   tenth of a second after which it ends by itself does.
 * - The child has its own random numbers, arguments and name; environment, umask, directory and session are those that a
 *   call of ours has anyway. Its name tells what it works on, as that of a program does: whoever waits for an operation
 *   that goes on looks for it.
 * - When we end, however we end, the request pipe does, and the parent with it. Children go on to their end, as `qm` would.
 */
export const PROGRAM = String.raw`
use strict; use warnings; use POSIX (); use Socket;
$| = 1; require PVE::CLI::qm; $| = 0;
my ($path, $bytes, %calls) = ($ARGV[0], '');
sub report { syswrite(STDOUT, "@_\n") }
sub dial {
    socket(my $line, AF_UNIX, SOCK_STREAM, 0) or return;
    return connect($line, pack_sockaddr_un($path)) && syswrite($line, "@_\n") && $line;
}
sub start {
    my ($id, @argv) = @_;
    my @lines = grep { $_ } map { dial($id, $_) } qw(input output errors);
    my $pid = @lines == 3 ? fork : undef;
    return report($id, 'refused') if !defined $pid;
    return $calls{$pid} = $id if $pid;
    POSIX::dup2(fileno($lines[$_]), $_) for 0 .. 2;
    close $_ for @lines;
    $SIG{CHLD} = 'DEFAULT';
    srand;
    ($0, @ARGV) = ("/usr/sbin/qm @argv", @argv);
    PVE::CLI::qm->run_cli_handler();
    exit;
}
sub stop { my ($id, $signal) = @_; kill $signal, grep { $calls{$_} eq $id } keys %calls }
$SIG{CHLD} = sub { };
report('ready');
while (1) {
    while ((my $pid = waitpid(-1, POSIX::WNOHANG())) > 0) { report(delete $calls{$pid}, 'ended', $?) }
    vec(my $readable = '', 0, 1) = 1;
    next if select($readable, undef, undef, %calls ? 0.1 : undef) < 1;
    sysread(STDIN, $bytes, 65536, length $bytes) or POSIX::_exit(0);
    while (length $bytes >= 4 && length $bytes >= 4 + unpack 'N', $bytes) {
        my ($what, @words) = unpack '(N/a*)*', unpack 'N/a*', $bytes;
        substr($bytes, 0, 4 + unpack 'N', $bytes) = '';
        $what eq 'start' ? start(@words) : stop(@words);
    }
}
`;
