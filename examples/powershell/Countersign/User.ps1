function Get-CountersignUser {
  <#
  .SYNOPSIS
  Shows one user, or lists users.

  .PARAMETER UserName
  User principal name.

  .PARAMETER Text
  Part of a name.

  .PARAMETER Group
  Only users of this group.

  .PARAMETER Blocked
  Only users who are blocked.

  .PARAMETER First
  Rows at most.

  .EXAMPLE
  Get-CountersignUser -UserName mia@example.com

  .EXAMPLE
  Get-CountersignUser -Group Sales | Where-Object { -not $_.enabled } | Enable-CountersignUser
  #>
  [CmdletBinding(DefaultParameterSetName = 'List')]
  param(
    [Parameter(Mandatory, ParameterSetName = 'One', Position = 0, ValueFromPipelineByPropertyName)] [string] $UserName,
    [Parameter(ParameterSetName = 'List')] [string] $Text,
    [Parameter(ParameterSetName = 'List')] [string] $Group,
    [Parameter(ParameterSetName = 'List')] [switch] $Blocked,
    [Parameter(ParameterSetName = 'List')] [ValidateRange(1, 1000000)] [int] $First = 1000
  )
  process {
    if ($PSCmdlet.ParameterSetName -eq 'One') {
      return Invoke-Countersign GET '/users/{0}' $UserName
    }
    Get-CountersignRow -Path '/users' -First $First -Query @{
      text = $Text
      group = $Group
      blocked = if ($Blocked) { $true } else { $null }
    }
  }
}

function Enable-CountersignUser {
  <#
  .SYNOPSIS
  Lets a user authenticate.

  .PARAMETER UserName
  User principal name; also from the pipeline.

  .EXAMPLE
  Enable-CountersignUser mia@example.com
  #>
  [CmdletBinding(SupportsShouldProcess)]
  param(
    [Parameter(Mandatory, Position = 0, ValueFromPipelineByPropertyName)] [string] $UserName
  )
  process {
    if ($PSCmdlet.ShouldProcess($UserName, 'Enable')) {
      $null = Invoke-Countersign POST '/users/{0}/enable' $UserName
    }
  }
}

function Disable-CountersignUser {
  <#
  .SYNOPSIS
  Keeps a user from authenticating.

  .PARAMETER UserName
  User principal name; also from the pipeline.

  .EXAMPLE
  Import-Csv leavers.csv | Disable-CountersignUser -WhatIf
  #>
  [CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'Medium')]
  param(
    [Parameter(Mandatory, Position = 0, ValueFromPipelineByPropertyName)] [string] $UserName
  )
  process {
    if ($PSCmdlet.ShouldProcess($UserName, 'Disable')) {
      $null = Invoke-Countersign POST '/users/{0}/disable' $UserName
    }
  }
}

function New-CountersignBypass {
  <#
  .SYNOPSIS
  Lets the next login of a user in without a second factor, once.

  .PARAMETER UserName
  User principal name.

  .PARAMETER Reason
  Why; it stands in the audit log.

  .PARAMETER Seconds
  How long the bypass waits for its login; as the company has set it where it is not given.

  .EXAMPLE
  New-CountersignBypass mia@example.com -Reason 'phone broken, ticket 4711' -Seconds 300
  #>
  [CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'Medium')]
  param(
    [Parameter(Mandatory, Position = 0, ValueFromPipelineByPropertyName)] [string] $UserName,
    [Parameter(Mandatory)] [ValidateLength(1, 500)] [string] $Reason,
    [ValidateRange(1, 86400)] [int] $Seconds
  )
  process {
    if ($PSCmdlet.ShouldProcess($UserName, 'Let in once without a second factor')) {
      Invoke-Countersign POST '/bypasses' -Body @{
        user = $UserName
        reason = $Reason
        seconds = if ($PSBoundParameters.ContainsKey('Seconds')) { $Seconds } else { $null }
      }
    }
  }
}

function Revoke-CountersignBypass {
  <#
  .SYNOPSIS
  Ends the open bypass of a user.

  .PARAMETER UserName
  User principal name.

  .EXAMPLE
  Revoke-CountersignBypass mia@example.com
  #>
  [CmdletBinding(SupportsShouldProcess)]
  param(
    [Parameter(Mandatory, Position = 0, ValueFromPipelineByPropertyName)] [string] $UserName
  )
  process {
    if ($PSCmdlet.ShouldProcess($UserName, 'End the bypass')) {
      $null = Invoke-Countersign DELETE '/bypasses/{0}' $UserName
    }
  }
}
