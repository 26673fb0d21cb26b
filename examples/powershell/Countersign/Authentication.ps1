# States after which nothing changes any more.
$script:EndStates = 'approved', 'skipped', 'denied', 'expired', 'failed', 'cancelled'

function Request-CountersignAuthentication {
  <#
  .SYNOPSIS
  Asks a person to verify, and waits for the answer.

  .DESCRIPTION
  Gives back one object. Its property state says how it ended: "approved" and "skipped" let the person in, every other end
  does not; the property code says why. Where the person answers with a code and none was given, it comes back at once
  with the state "awaiting-code": hand in the code with Submit-CountersignCode.

  .PARAMETER User
  User principal name.

  .PARAMETER Application
  What the person is told they are signing in to.

  .PARAMETER Code
  A code that the person has typed: decides at once.

  .PARAMETER Title
  What the person is shown beside the application.

  .PARAMETER Details
  Up to ten more lines that the person is shown, by their labels.

  .PARAMETER Reference
  Your own reference, which comes back everywhere.

  .PARAMETER ShowNumber
  The caller can show the person a number that the app wants: it is written as a warning before the wait.

  .PARAMETER NoWait
  Comes back as soon as the person is being asked.

  .EXAMPLE
  $answer = Request-CountersignAuthentication -User mia@example.com -Application 'Group request'
  if ($answer.state -notin 'approved', 'skipped') { throw "not verified: $($answer.code)" }

  .EXAMPLE
  Request-CountersignAuthentication mia@example.com Payroll -Title 'New account' -Details @{ Amount = '120 EUR' }
  #>
  [CmdletBinding()]
  param(
    [Parameter(Mandatory, Position = 0, ValueFromPipelineByPropertyName)] [Alias('username')] [string] $User,
    [Parameter(Mandatory, Position = 1)] [ValidateLength(1, 64)] [string] $Application,
    [string] $Code,
    [ValidateLength(0, 80)] [string] $Title,
    [hashtable] $Details,
    [ValidateLength(0, 128)] [string] $Reference,
    [switch] $ShowNumber,
    [switch] $NoWait
  )
  process {
    $context = Remove-EmptyField @{ title = $Title; details = $Details }
    $asked = Invoke-Countersign POST '/authentications' -Body @{
      user = $User
      application = $Application
      code = $Code
      reference = $Reference
      numberMatch = [bool] $ShowNumber
      context = if ($context.Count -gt 0) { $context } else { $null }
    }
    if ($ShowNumber -and $null -ne $asked.PSObject.Properties['displayNumber']) {
      Write-Warning "Type this number in the app: $($asked.displayNumber)"
    }
    if ($NoWait) { return $asked }
    $now = $asked
    while ($now.state -notin $script:EndStates -and $now.state -ne 'awaiting-code') {
      $now = Get-CountersignAuthentication -Id $asked.requestId -WaitSeconds $script:PollSeconds
    }
    $now
  }
}

function Get-CountersignAuthentication {
  <#
  .SYNOPSIS
  Shows how an authentication stands.

  .PARAMETER Id
  Its requestId.

  .PARAMETER WaitSeconds
  Waits for so long for a change, 30 at most.

  .EXAMPLE
  Get-CountersignAuthentication -Id 284960B22FD7A0AEEEC89AC470B6BAF0
  #>
  [CmdletBinding()]
  param(
    [Parameter(Mandatory, Position = 0, ValueFromPipelineByPropertyName)] [Alias('requestId')] [string] $Id,
    [ValidateRange(0, 30)] [int] $WaitSeconds = 0
  )
  process {
    Invoke-Countersign GET '/authentications/{0}' $Id -Query @{ wait = $WaitSeconds } -WaitSeconds $WaitSeconds
  }
}

function Submit-CountersignCode {
  <#
  .SYNOPSIS
  Hands in the code that a person typed.

  .DESCRIPTION
  A wrong code comes back with the state "awaiting-code" and the tries that are left.

  .PARAMETER Id
  The requestId of the authentication that waits for the code.

  .PARAMETER Code
  What the person typed.

  .EXAMPLE
  $asked = Request-CountersignAuthentication mia@example.com VPN
  Submit-CountersignCode -Id $asked.requestId -Code (Read-Host Code)
  #>
  [CmdletBinding()]
  param(
    [Parameter(Mandatory, Position = 0, ValueFromPipelineByPropertyName)] [Alias('requestId')] [string] $Id,
    [Parameter(Mandatory, Position = 1)] [string] $Code
  )
  process {
    Invoke-Countersign POST '/authentications/{0}/code' $Id -Body @{ code = $Code }
  }
}
