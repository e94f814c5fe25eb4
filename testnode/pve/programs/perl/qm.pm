package PVE::CLI::qm;

# What a real `qm` spends its time with is to load this module, once in each process: the node's `callCost` is burned here.
# What it does is in the program that takes its place, which needs no more time than the rest of a real call takes.

use strict;
use warnings;

my $PROGRAM = '/usr/lib/testnode/qm.cjs';
my $loaded_by = $$;

burn(setting('callCost'));

sub setting {
    my ($name) = @_;
    open(my $file, '<', '/etc/testnode/settings.json') or return 0;
    my ($value) = join('', <$file>) =~ /"$name":\s*([0-9.]+)/;
    return $value // 0;
}

# Processor time: slept time would let calls overlap on one core, which real calls cannot.
sub burn {
    my ($seconds) = @_;
    my $sum = 0;
    while (spent() < $seconds) { $sum += sqrt($_) for 1 .. 20_000 }
}

sub spent {
    my ($user, $system) = times;
    return $user + $system;
}

sub run_cli_handler {
    # The log tells calls of a process that had loaded this before from others.
    $ENV{TESTNODE_PRELOADED} = 1 if $$ != $loaded_by;
    exec {$PROGRAM} $PROGRAM, @ARGV or die "cannot run $PROGRAM: $!\n";
}

1;
