# Where the server is and who calls; for this session only, and in memory only.
$script:Connection = $null

# Longest wait of one long poll, in seconds.
$script:PollSeconds = 30
# How often one call is made at most, where the server says that it is too busy.
$script:Tries = 3
# A server that wants to be left alone for longer is told of to the caller.
$script:LongestPauseSeconds = 30

function Connect-Countersign {
  <#
  .SYNOPSIS
  Says which server the other commands of this session call, and with which token.

  .DESCRIPTION
  Makes one call to see that the server answers and takes the token. Nothing is written to disk.

  .PARAMETER Uri
  Scheme, host and port of the server. Only https: is taken, since the token goes with every call.

  .PARAMETER Token
  Token of an API client, from "countersign api-clients add NAME --scopes ...". It needs the scope users.read for the call
  that tries it.

  .PARAMETER TimeoutSec
  How long one call may take besides what it asks the server to wait.

  .EXAMPLE
  Connect-Countersign -Uri https://mfa.example.com:8443 -Token (Read-Host -AsSecureString -Prompt Token)

  .EXAMPLE
  $token = Get-Secret -Name countersign
  Connect-Countersign -Uri https://mfa.example.com:8443 -Token $token
  #>
  [CmdletBinding()]
  param(
    [Parameter(Mandatory, Position = 0)] [uri] $Uri,
    [Parameter(Mandatory, Position = 1)] [securestring] $Token,
    [ValidateRange(1, 600)] [int] $TimeoutSec = 30
  )
  if ($Uri.Scheme -ne 'https') { throw "$Uri is not https:, and the token would be read on its way" }
  $script:Connection = @{
    Base = $Uri.GetLeftPart([UriPartial]::Authority) + '/api/v1'
    Token = $Token
    TimeoutSec = $TimeoutSec
  }
  try {
    $null = Invoke-Countersign GET '/users' -Query @{ limit = 1 }
  } catch {
    $script:Connection = $null
    throw
  }
}

function Disconnect-Countersign {
  <#
  .SYNOPSIS
  Forgets the server and the token.

  .EXAMPLE
  Disconnect-Countersign
  #>
  [CmdletBinding()]
  param()
  $script:Connection = $null
}

# Path parameters stand in braces with their number: '/users/{0}/enable'.
function Format-CountersignPath([string] $Template, [string[]] $Values) {
  $path = $Template
  for ($index = 0; $index -lt $Values.Count; $index += 1) {
    $path = $path.Replace("{$index}", [uri]::EscapeDataString($Values[$index]))
  }
  $path
}

function Format-CountersignQuery([hashtable] $Query) {
  $pairs = foreach ($name in $Query.Keys) {
    $value = $Query[$name]
    # Not plainly -eq '': zero and false equal an empty text here.
    if ($null -eq $value -or ($value -is [string] -and $value.Length -eq 0)) { continue }
    if ($value -is [bool]) { $value = $value.ToString().ToLowerInvariant() }
    $name + '=' + [uri]::EscapeDataString([string] $value)
  }
  if ($pairs) { '?' + ($pairs -join '&') } else { '' }
}

# Fields that were not given are not sent: the server refuses what it does not know, and so tells of typing errors.
function Remove-EmptyField([hashtable] $Fields) {
  $given = @{}
  foreach ($name in $Fields.Keys) {
    $value = $Fields[$name]
    if ($null -ne $value -and -not ($value -is [string] -and $value.Length -eq 0)) { $given[$name] = $value }
  }
  $given
}

# The server's own words (RFC 9457), with the fields that were wrong.
function Get-CountersignFault([int] $Status, $Answer) {
  $properties = if ($Answer -is [psobject]) { $Answer.PSObject.Properties } else { $null }
  if ($null -eq $properties -or $null -eq $properties['detail']) { return "the server answered $Status" }
  $text = [string] $Answer.detail
  if ($null -ne $properties['errors'] -and $Answer.errors.Count -gt 0) {
    $faults = $Answer.errors | ForEach-Object { $_.path.TrimStart('/') + ': ' + $_.detail }
    $text += ' (' + ($faults -join '; ') + ')'
  }
  $text
}

function Invoke-Countersign {
  [CmdletBinding()]
  param(
    [Parameter(Mandatory, Position = 0)] [ValidateSet('GET', 'POST', 'DELETE')] [string] $Method,
    [Parameter(Mandatory, Position = 1)] [string] $Path,
    [Parameter(Position = 2)] [string[]] $Values = @(),
    [hashtable] $Query = @{},
    [hashtable] $Body,
    [int] $WaitSeconds = 0
  )
  if ($null -eq $script:Connection) { throw 'No server is known: call Connect-Countersign first' }
  $call = @{
    Method = $Method
    Uri = $script:Connection.Base + (Format-CountersignPath $Path $Values) + (Format-CountersignQuery $Query)
    Authentication = 'Bearer'
    Token = $script:Connection.Token
    TimeoutSec = $script:Connection.TimeoutSec + $WaitSeconds
    MaximumRedirection = 0
    SkipHttpErrorCheck = $true
    StatusCodeVariable = 'status'
    ResponseHeadersVariable = 'headers'
    Headers = @{ Accept = 'application/json' }
  }
  # The same key on every try makes them one call.
  if ($Method -eq 'POST') { $call.Headers['Idempotency-Key'] = [guid]::NewGuid().ToString() }
  if ($null -ne $Body) {
    $json = ConvertTo-Json -InputObject (Remove-EmptyField $Body) -Depth 10 -Compress
    $call.Body = [System.Text.Encoding]::UTF8.GetBytes($json)
    $call.ContentType = 'application/json'
  }
  for ($try = 1; ; $try += 1) {
    $status = 0
    $headers = @{}
    $answer = Invoke-RestMethod @call
    if ($status -ge 200 -and $status -lt 300) { return $answer }
    $pause = 1
    if ($headers.ContainsKey('Retry-After')) { $pause = [int] ($headers['Retry-After'] | Select-Object -First 1) }
    $again = $status -in 429, 503 -and $try -lt $script:Tries -and $pause -le $script:LongestPauseSeconds
    if (-not $again) { throw (Get-CountersignFault $status $answer) }
    Start-Sleep -Seconds $pause
  }
}

# All rows of a list, page by page, as many as are wanted.
function Get-CountersignRow {
  [CmdletBinding()]
  param(
    [Parameter(Mandatory)] [string] $Path,
    [hashtable] $Query = @{},
    [int] $First = 1000
  )
  $left = $First
  $next = @{} + $Query
  do {
    $next['limit'] = [Math]::Min($left, 500)
    $page = Invoke-Countersign GET $Path -Query $next
    $page.items
    $left -= $page.items.Count
    $cursor = if ($null -ne $page.PSObject.Properties['nextCursor']) { $page.nextCursor } else { $null }
    $next['cursor'] = $cursor
  } while ($cursor -and $left -gt 0)
}
