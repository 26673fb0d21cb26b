using System;
using System.Net;

/// What a MIM authorization workflow does before somebody joins a group: is the channel good, who is the user,
/// then ask the person. Arguments: address of the SDK, service account, user; its password is in SDK_PASSWORD,
/// since others on the machine can read a command line. Exit code 0 if the person approved, else 1.
static class GroupRequest
{
    static int Main(string[] args)
    {
        ServicePointManager.SecurityProtocol = SecurityProtocolType.Tls12;
        var sdk = new PfWsSdk();
        sdk.Url = args[0];
        sdk.Credentials = new NetworkCredential(args[1], Environment.GetEnvironmentVariable("SDK_PASSWORD"));
        // The call waits for the person, who has a minute; what it is set to must be longer.
        sdk.Timeout = 100000;
        Console.WriteLine("channel: " + sdk.TestSecurity());

        string username;
        Error error;
        if (!sdk.CanonicalizeUser(args[2], out username, out error))
        {
            Console.WriteLine("no such user: " + error.Description);
            return 1;
        }
        CallResult callResult;
        string requestId;
        bool approved = sdk.PfAuthUser_4(username, AuthenticationType.pfsdk, "192.0.2.7", "Group request", true,
            out callResult, out requestId, out error);
        Console.WriteLine(username + ": " + (approved ? "approved" : "not approved")
            + " (" + callResult.Description + ", error " + error.Code + "), request " + requestId);
        return approved ? 0 : 1;
    }
}
