using System;
using System.IO;
using System.Net;
using System.Runtime.Serialization;
using System.Runtime.Serialization.Json;

namespace Countersign.Mim
{
    [DataContract]
    sealed class NewCall
    {
        [DataMember(Name = "callId")] public string CallId;
        [DataMember(Name = "phone")] public string Phone;
        [DataMember(Name = "application")] public string Application;
    }

    [DataContract]
    sealed class CallState
    {
        [DataMember(Name = "status")] public string Status;
    }

    [DataContract]
    sealed class CallFailure
    {
        [DataMember(Name = "text")] public string Text;
    }

    /// The three calls over REST. A server that does not answer is passed over for the next one: the id makes a repeated
    /// call the same call, so that nobody is asked twice.
    sealed class Calls
    {
        const int timeoutMs = 20000;
        readonly Settings settings;

        public Calls(Settings settings)
        {
            this.settings = settings;
            ServicePointManager.SecurityProtocol |= SecurityProtocolType.Tls12;
        }

        public string Begin(string callId, string phone)
        {
            var call = new NewCall { CallId = callId, Phone = phone, Application = settings.Application };
            return Send<CallState>("POST", "/mim/calls", call).Status;
        }

        public string Ask(string callId)
        {
            return Send<CallState>("GET", "/mim/calls/" + Uri.EscapeDataString(callId), null).Status;
        }

        public string WhyFailed(string callId)
        {
            return Send<CallFailure>("GET", "/mim/calls/" + Uri.EscapeDataString(callId) + "/failure", null).Text;
        }

        Answer Send<Answer>(string method, string path, NewCall body)
        {
            WebException last = null;
            foreach (var server in settings.Servers)
            {
                try
                {
                    return SendTo<Answer>(new Uri(server, "/api/v1" + path), method, body);
                }
                catch (WebException failure)
                {
                    if (!IsAway(failure)) throw;
                    last = failure;
                }
            }
            throw last;
        }

        /// True where another server may answer: this one is not there, or says that it cannot now.
        static bool IsAway(WebException failure)
        {
            var response = failure.Response as HttpWebResponse;
            return response == null || response.StatusCode == HttpStatusCode.ServiceUnavailable
                || response.StatusCode == HttpStatusCode.BadGateway || response.StatusCode == HttpStatusCode.GatewayTimeout;
        }

        Answer SendTo<Answer>(Uri address, string method, NewCall body)
        {
            var request = (HttpWebRequest)WebRequest.Create(address);
            request.Method = method;
            request.Timeout = timeoutMs;
            request.ReadWriteTimeout = timeoutMs;
            request.AllowAutoRedirect = false;
            request.Headers[HttpRequestHeader.Authorization] = "Bearer " + settings.Token;
            if (body != null)
            {
                request.ContentType = "application/json";
                using (var stream = request.GetRequestStream())
                    new DataContractJsonSerializer(typeof(NewCall)).WriteObject(stream, body);
            }
            using (var response = request.GetResponse())
            using (var stream = response.GetResponseStream())
                return (Answer)new DataContractJsonSerializer(typeof(Answer)).ReadObject(stream);
        }
    }
}
