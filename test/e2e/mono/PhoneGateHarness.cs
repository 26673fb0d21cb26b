using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using System.Threading;
using Microsoft.IdentityManagement.PhoneServiceProvider;

/// Plays two servers of MIM with several threads each: one call is begun, at both, and all threads ask until it is over,
/// then why it failed. Arguments: the DLL of the provider, a phone number, threads, and the settings file of each server.
/// Prints one line of JSON: the status at the beginning, those at the end, and the failure texts, each once.
static class PhoneGateHarness
{
    static string List(IEnumerable<string> texts)
    {
        return "[" + string.Join(",", texts.Distinct().OrderBy(text => text, StringComparer.Ordinal)
            .Select(text => "\"" + text.Replace("\\", "\\\\").Replace("\"", "\\\"") + "\"")) + "]";
    }

    static IPhoneServiceProvider Load(Assembly assembly, string settings)
    {
        // MIM takes whatever class of the DLL has the interface.
        var type = assembly.GetTypes().Single(one => typeof(IPhoneServiceProvider).IsAssignableFrom(one));
        return (IPhoneServiceProvider)Activator.CreateInstance(type, settings);
    }

    static int Main(string[] args)
    {
        var assembly = Assembly.LoadFrom(args[0]);
        var gates = args.Skip(3).Select(settings => Load(assembly, settings)).ToArray();
        var requestId = Guid.NewGuid();
        var none = new Dictionary<string, object>();
        var begun = gates[0].InitiateCall(args[1], requestId, none).ToString();
        // Said again at the other server it is the same call, which may be over by then.
        foreach (var gate in gates.Skip(1)) gate.InitiateCall(args[1], requestId, none);

        var ended = new ConcurrentBag<string>();
        var texts = new ConcurrentBag<string>();
        var deadline = DateTime.UtcNow.AddSeconds(60);
        var threads = Enumerable.Range(0, int.Parse(args[2])).Select(number => new Thread(() =>
        {
            var gate = gates[number % gates.Length];
            var status = PhoneCallStatus.Pending;
            while (status == PhoneCallStatus.Pending && DateTime.UtcNow < deadline)
            {
                status = gate.GetCallStatus(requestId.ToString());
                if (status == PhoneCallStatus.Pending) Thread.Sleep(200);
            }
            ended.Add(status.ToString());
            // Another thread, and the other server, than the one that asked for the status.
            texts.Add(gates[(number + 1) % gates.Length].GetFailureMessage(requestId.ToString()));
        })).ToArray();
        foreach (var thread in threads) thread.Start();
        foreach (var thread in threads) thread.Join();

        var unknown = gates.Select(gate => gate.GetCallStatus(Guid.NewGuid().ToString()).ToString());
        Console.WriteLine("{\"begun\":\"" + begun + "\",\"ended\":" + List(ended) + ",\"texts\":" + List(texts)
            + ",\"unknown\":" + List(unknown) + ",\"requestId\":\"" + requestId + "\"}");
        return 0;
    }
}
