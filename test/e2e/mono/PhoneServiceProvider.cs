using System;
using System.Collections.Generic;

/// Stands in for MIM's own Microsoft.IdentityManagement.PhoneServiceProvider.dll, after what its vendor publishes about
/// custom providers: names, arguments and results. MIM itself cannot be had here.
namespace Microsoft.IdentityManagement.PhoneServiceProvider
{
    public enum PhoneCallStatus { Pending, Success, Failed }

    public interface IPhoneServiceProvider
    {
        PhoneCallStatus InitiateCall(string phoneNumber, Guid requestId, Dictionary<string, object> deliveryAttributes);
        PhoneCallStatus GetCallStatus(string callId);
        string GetFailureMessage(string callId);
    }
}
