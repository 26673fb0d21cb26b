# What a Perl script with SOAP::Lite does at the SDK; prints one JSON object. Its SOAP 1.2 has an envelope
# without a namespace, which is none.
use strict;
use warnings;
use utf8;
use Encode;
use JSON::PP;
use SOAP::Lite;

my ($url, $ca, $account, $password, $user, $stranger, $application) = map { Encode::decode('UTF-8', $_) } @ARGV;
$ENV{PERL_LWP_SSL_CA_FILE} = $ca;

sub SOAP::Transport::HTTP::Client::get_basic_credentials { return ($account, $password) }

my $namespace = 'http://www.phonefactor.com/PfWsSdk';

my $sdk = SOAP::Lite->new->proxy($url, timeout => 100)
    ->default_ns($namespace)->autotype(0)->on_action(sub { join '/', @_ });
my $call = sub {
    my ($operation, @inputs) = @_;
    my @data;
    while (my ($name, $value) = splice @inputs, 0, 2) {
        push @data, SOAP::Data->name($name)->type('string')->value($value);
    }
    my $answer = $sdk->call($operation, @data);
    die $answer->faultstring if $answer->fault;
    return $answer;
};
my @asking = (username => $user, initiatingAuthenticationType => 'pfsdk', initiatingIp => '192.0.2.7',
    applicationName => $application, requireUserMatch => 'true');
my $asked = $call->('PfAuthUser_4', @asking);
my $settings = $call->('GetUserSettings_3', username => $user);
my $unknown = $call->('CanonicalizeUser', username => $stranger);
my $bypassed = $call->('OneTimeBypass', username => $user, reason => "für $user", seconds => 60, bypassedBy => 'Müller');
my $again = $call->('PfAuthUser_4', @asking);
my $is = sub { $_[0] eq 'true' ? JSON::PP::true : JSON::PP::false };
print JSON::PP->new->ascii->canonical->encode({
    security => $call->('TestSecurity')->result,
    approved => $is->($asked->result),
    callCode => 0 + $asked->valueof('//callResult/Code'),
    requestId => $asked->valueof('//authenticationRequestId'),
    error => 0 + $asked->valueof('//error/Code'),
    firstName => $settings->valueof('//userSettings/FirstName'),
    enabled => $is->($settings->valueof('//userSettings/Enabled')),
    mode => $settings->valueof('//userSettings/Mode'),
    unknown => $is->($unknown->result),
    unknownError => 0 + $unknown->valueof('//error/Code'),
    unknownText => $unknown->valueof('//error/Description'),
    bypassed => $is->($bypassed->result),
    bypassCode => 0 + $again->valueof('//callResult/Code'),
}), "\n";
