# States in which people, or the one who asked, have still to say something.
$script:OpenStates = 'created', 'verifying-requestor', 'pending'

function Request-CountersignApproval {
  <#
  .SYNOPSIS
  Asks the people of a policy to approve something.

  .PARAMETER Requestor
  Who wants it.

  .PARAMETER PolicyId
  Who approves, and how.

  .PARAMETER SubjectKind
  What kind of thing it is about, as in "group".

  .PARAMETER SubjectId
  Its id.

  .PARAMETER SubjectName
  Its name, where that is another.

  .PARAMETER Title
  What approvers read.

  .PARAMETER Beneficiary
  For whom it is, where not for the requestor.

  .PARAMETER Justification
  Why it is wanted.

  .PARAMETER Reference
  The same reference is the same request, however often it is asked.

  .PARAMETER TtlSeconds
  How long the grant is to last.

  .PARAMETER Wait
  Waits for the decision.

  .EXAMPLE
  $asked = Request-CountersignApproval -Requestor rita@example.com -PolicyId owners -SubjectKind group -SubjectId g-17 `
    -SubjectName Admins -Title 'Join Admins for today' -TtlSeconds 28800 -Wait
  if ($asked.state -notin 'approved', 'scheduled', 'active') { throw "not granted: $($asked.state)" }
  #>
  [CmdletBinding()]
  param(
    [Parameter(Mandatory)] [string] $Requestor,
    [Parameter(Mandatory)] [string] $PolicyId,
    [Parameter(Mandatory)] [string] $SubjectKind,
    [Parameter(Mandatory)] [string] $SubjectId,
    [string] $SubjectName,
    [Parameter(Mandatory)] [string] $Title,
    [string] $Beneficiary,
    [string] $Justification,
    [string] $Reference,
    [ValidateRange(1, 31622400)] [int] $TtlSeconds,
    [switch] $Wait
  )
  $made = Invoke-Countersign POST '/approvals' -Body @{
    requestor = $Requestor
    beneficiary = $Beneficiary
    subject = @{
      kind = $SubjectKind
      id = $SubjectId
      name = if ($SubjectName) { $SubjectName } else { $SubjectId }
    }
    title = $Title
    justification = $Justification
    policyId = $PolicyId
    reference = $Reference
    requestedTtlSeconds = if ($PSBoundParameters.ContainsKey('TtlSeconds')) { $TtlSeconds } else { $null }
  }
  $now = Get-CountersignApproval -Id $made.approvalId
  while ($Wait -and $now.state -in $script:OpenStates) {
    $now = Invoke-Countersign GET '/approvals/{0}' $made.approvalId -WaitSeconds $script:PollSeconds -Query @{
      wait = $script:PollSeconds
      since = $now.revision
    }
  }
  $now
}

function Get-CountersignApproval {
  <#
  .SYNOPSIS
  Shows one approval request, or lists them.

  .PARAMETER Id
  Its approvalId.

  .PARAMETER State
  Only those in this state, as in "pending".

  .PARAMETER Requestor
  Only those of this person.

  .PARAMETER First
  Rows at most.

  .EXAMPLE
  Get-CountersignApproval -State pending
  #>
  [CmdletBinding(DefaultParameterSetName = 'List')]
  param(
    [Parameter(Mandatory, ParameterSetName = 'One', Position = 0, ValueFromPipelineByPropertyName)]
    [Alias('approvalId')] [string] $Id,
    [Parameter(ParameterSetName = 'List')] [string] $State,
    [Parameter(ParameterSetName = 'List')] [string] $Requestor,
    [Parameter(ParameterSetName = 'List')] [ValidateRange(1, 1000000)] [int] $First = 1000
  )
  process {
    if ($PSCmdlet.ParameterSetName -eq 'One') {
      return Invoke-Countersign GET '/approvals/{0}' $Id
    }
    Get-CountersignRow -Path '/approvals' -First $First -Query @{ state = $State; requestor = $Requestor }
  }
}

function Stop-CountersignApproval {
  <#
  .SYNOPSIS
  Takes a request back, or ends a grant before its time.

  .PARAMETER Id
  Its approvalId.

  .PARAMETER Reason
  Why; it stands in the audit log.

  .PARAMETER Grant
  Ends a grant that was given, in place of a request that is still open.

  .EXAMPLE
  Stop-CountersignApproval -Id $asked.approvalId -Reason 'done early' -Grant
  #>
  [CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'Medium')]
  param(
    [Parameter(Mandatory, Position = 0, ValueFromPipelineByPropertyName)] [Alias('approvalId')] [string] $Id,
    [Parameter(Mandatory)] [ValidateLength(1, 500)] [string] $Reason,
    [switch] $Grant
  )
  process {
    if (-not $PSCmdlet.ShouldProcess($Id, 'End')) { return }
    if ($Grant) {
      Invoke-Countersign POST '/approvals/{0}/close' $Id -Body @{ reason = $Reason }
    } else {
      Invoke-Countersign POST '/approvals/{0}/cancel' $Id -Body @{ reason = $Reason }
    }
  }
}
