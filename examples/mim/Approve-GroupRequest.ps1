#Requires -Version 5.1
<#
.SYNOPSIS
Step of an authorization workflow of MIM: whoever wants to join a group confirms it with their second factor first.

.DESCRIPTION
For Windows PowerShell 5.1, in which MIM's PowerShell activities run; New-WebServiceProxy is not part of PowerShell 7.
Comes back quietly where the person approved, and throws where not: the activity then fails, and MIM refuses the request.

.PARAMETER Requestor
User principal name of who asks, as in the target's [//Requestor/AccountName] with its domain.

.PARAMETER Uri
Description of the Web Service SDK, as in https://mfa.example.com:8443/MultiFactorAuthWebServiceSdk/PfWsSdk.asmx?WSDL

.PARAMETER Credential
Service account in the group "PhoneFactor Admins".

.PARAMETER ApplicationName
What the person is told they are confirming.

.EXAMPLE
.\Approve-GroupRequest.ps1 -Requestor mia@example.com -Uri $uri -Credential $credential -ApplicationName 'Join Admins'
#>
[CmdletBinding()]
param(
  [Parameter(Mandatory)] [string] $Requestor,
  [Parameter(Mandatory)] [uri] $Uri,
  [Parameter(Mandatory)] [pscredential] $Credential,
  [string] $ApplicationName = 'Group request'
)
$ErrorActionPreference = 'Stop'
[Net.ServicePointManager]::SecurityProtocol = [Net.SecurityProtocolType]::Tls12

$sdk = New-WebServiceProxy -Uri $Uri -Credential $Credential -Namespace Sdk
# The call waits for the person, who has a minute; what it is set to must be longer.
$sdk.Timeout = 100000
if ($sdk.TestSecurity() -ne 'secure') { throw 'the channel to the Web Service SDK is not secure' }

$username = $Requestor.ToLowerInvariant()
$canonicalUsername = ''
$sdkError = New-Object Sdk.Error
if (-not $sdk.CanonicalizeUser($username, [ref]$canonicalUsername, [ref]$sdkError)) {
  throw "${Requestor} cannot be asked: $($sdkError.Description)"
}

$username = $canonicalUsername
$initiatingAuthenticationType = [Sdk.AuthenticationType]::pfsdk
$initiatingIp = ''
$requireUserMatch = $true
$callResult = New-Object Sdk.CallResult
$authenticationRequestId = ''
$approved = $sdk.PfAuthUser_4($username, $initiatingAuthenticationType, $initiatingIp, $applicationName, $requireUserMatch,
  [ref]$callResult, [ref]$authenticationRequestId, [ref]$sdkError)
if (-not $approved) {
  throw "${Requestor} did not approve '$ApplicationName': $($callResult.Description) (request $authenticationRequestId)"
}
