<?php
// What a PHP script with SoapClient does at the SDK; prints one JSON object a version of SOAP.
[, $url, $ca, $account, $password, $user, $stranger, $application] = $argv;
ini_set('default_socket_timeout', '100');
foreach (['1.1' => SOAP_1_1, '1.2' => SOAP_1_2] as $name => $version) {
    $sdk = new SoapClient("$url?WSDL", [
        'login' => $account,
        'password' => $password,
        'soap_version' => $version,
        'cache_wsdl' => WSDL_CACHE_NONE,
        'exceptions' => true,
        'stream_context' => stream_context_create(['ssl' => ['cafile' => $ca]]),
    ]);
    $asking = [
        'username' => $user,
        'initiatingAuthenticationType' => 'pfsdk',
        'initiatingIp' => '192.0.2.7',
        'applicationName' => "$application $name",
        'requireUserMatch' => true,
    ];
    $asked = $sdk->PfAuthUser_4($asking);
    $settings = $sdk->GetUserSettings_3(['username' => $user])->userSettings;
    $unknown = $sdk->CanonicalizeUser(['username' => $stranger]);
    $bypassed = $sdk->OneTimeBypass([
        'username' => $user,
        'reason' => "für $user",
        'seconds' => 60,
        'bypassedBy' => 'Müller',
    ]);
    $again = $sdk->PfAuthUser_4($asking);
    echo json_encode([
        'security' => $sdk->TestSecurity()->TestSecurityResult,
        'approved' => $asked->PfAuthUser_4Result,
        'callCode' => $asked->callResult->Code,
        'requestId' => $asked->authenticationRequestId,
        'error' => $asked->error->Code,
        'firstName' => $settings->FirstName,
        'enabled' => $settings->Enabled,
        'mode' => $settings->Mode,
        'unknown' => $unknown->CanonicalizeUserResult,
        'unknownError' => $unknown->error->Code,
        'unknownText' => $unknown->error->Description,
        'bypassed' => $bypassed->OneTimeBypassResult,
        'bypassCode' => $again->callResult->Code,
    ]), "\n";
}
