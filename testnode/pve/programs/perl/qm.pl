#!/usr/bin/perl

use strict;
use warnings;

use PVE::CLI::qm;

PVE::CLI::qm->run_cli_handler();
