Set-StrictMode -Version 3.0
$ErrorActionPreference = 'Stop'

foreach ($part in 'Connection', 'Authentication', 'User', 'Approval') {
  . (Join-Path -Path $PSScriptRoot -ChildPath "$part.ps1")
}
