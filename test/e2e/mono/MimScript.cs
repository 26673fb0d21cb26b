using System;
using System.Net;

/// The sequence of a MIM authorization workflow: is the channel good, who is the user, then ask the person.
/// Prints one JSON object with everything that the generated proxy handed back.
static class MimScript
{
    static string Quote(string text)
    {
        return text == null ? "null" : "\"" + text.Replace("\\", "\\\\").Replace("\"", "\\\"") + "\"";
    }

    /// Mono's own end waits, now and then, until an idle thread of its pool gives up after 5 to 60 s. We don't.
    static void Main(string[] args)
    {
        Run(args);
        Console.Out.Flush();
        Environment.Exit(0);
    }

    static void Run(string[] args)
    {
        ServicePointManager.SecurityProtocol = SecurityProtocolType.Tls12;
        var sdk = new PfWsSdk();
        sdk.Url = args[0];
        sdk.Credentials = new NetworkCredential(args[1], args[2]);
        try
        {
            string security = sdk.TestSecurity();
            string canonical;
            Error error;
            bool canonicalized = sdk.CanonicalizeUser(args[3], out canonical, out error);
            int canonicalError = error.Code;
            CallResult callResult;
            string requestId;
            bool result = sdk.PfAuthUser_4(args[3], (AuthenticationType)8, "192.0.2.7", "Group request",
                bool.Parse(args[4]), out callResult, out requestId, out error);
            Console.WriteLine("{\"security\":" + Quote(security)
                + ",\"canonicalized\":" + canonicalized.ToString().ToLower()
                + ",\"canonicalUsername\":" + Quote(canonical)
                + ",\"canonicalError\":" + canonicalError
                + ",\"result\":" + result.ToString().ToLower()
                + ",\"callCode\":" + callResult.Code
                + ",\"callDescription\":" + Quote(callResult.Description)
                + ",\"requestId\":" + Quote(requestId)
                + ",\"errorCode\":" + error.Code
                + ",\"errorDescription\":" + Quote(error.Description) + "}");
        }
        catch (WebException failure)
        {
            var response = failure.Response as HttpWebResponse;
            if (response == null) throw;
            Console.WriteLine("{\"http\":" + (int)response.StatusCode + "}");
        }
    }
}
