using System;
using System.Collections.Generic;
using Microsoft.IdentityManagement.PhoneServiceProvider;

namespace Countersign.Mim
{
    /// MIM's custom phone provider, for self-service password reset and PAM: MIM hands over a phone number and its request
    /// id, then asks until the answer is there, from any thread and any of its servers. Nothing is remembered here: the id
    /// names the call at Countersign, whichever of its nodes is asked.
    public class CountersignPhoneGate : IPhoneServiceProvider
    {
        readonly Lazy<Calls> calls;

        public CountersignPhoneGate() : this(Settings.BesideThisFile) { }

        public CountersignPhoneGate(string settingsFile)
        {
            calls = new Lazy<Calls>(() => new Calls(Settings.Read(settingsFile)));
        }

        public PhoneCallStatus InitiateCall(string phoneNumber, Guid requestId, Dictionary<string, object> deliveryAttributes)
        {
            return Told(() => calls.Value.Begin(requestId.ToString(), phoneNumber));
        }

        public PhoneCallStatus GetCallStatus(string callId)
        {
            return Told(() => calls.Value.Ask(callId));
        }

        public string GetFailureMessage(string callId)
        {
            try
            {
                return calls.Value.WhyFailed(callId);
            }
            catch (Exception failure)
            {
                return "Countersign cannot be asked: " + failure.Message;
            }
        }

        /// Whoever cannot be asked has not said yes: MIM hears 'failed', never an exception that would stop its service.
        static PhoneCallStatus Told(Func<string> ask)
        {
            try
            {
                switch (ask())
                {
                    case "success": return PhoneCallStatus.Success;
                    case "pending": return PhoneCallStatus.Pending;
                    default: return PhoneCallStatus.Failed;
                }
            }
            catch (Exception)
            {
                return PhoneCallStatus.Failed;
            }
        }
    }
}
