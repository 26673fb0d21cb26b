@{
  RootModule = 'Countersign.psm1'
  ModuleVersion = '0.1.0'
  GUID = '5a3c8f0e-2d47-4b19-9c66-7f1d0a8e4b52'
  Author = 'Countersign contributors'
  Copyright = 'Apache License 2.0'
  Description = 'Ask people to verify, and look after users, over the REST interface of Countersign.'
  PowerShellVersion = '7.2'
  CompatiblePSEditions = @('Core')
  FunctionsToExport = @(
    'Connect-Countersign'
    'Disconnect-Countersign'
    'Request-CountersignAuthentication'
    'Get-CountersignAuthentication'
    'Submit-CountersignCode'
    'Get-CountersignUser'
    'Enable-CountersignUser'
    'Disable-CountersignUser'
    'New-CountersignBypass'
    'Revoke-CountersignBypass'
    'Request-CountersignApproval'
    'Get-CountersignApproval'
    'Stop-CountersignApproval'
  )
  CmdletsToExport = @()
  VariablesToExport = @()
  AliasesToExport = @()
  PrivateData = @{ PSData = @{ LicenseUri = 'https://www.apache.org/licenses/LICENSE-2.0' } }
}
